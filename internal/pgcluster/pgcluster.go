// Package pgcluster starts throw-away PostgreSQL servers from the binaries that are installed, for tests and benchmarks.
// A server lives in a folder of its own, listens on a free port and on a socket in that folder, and ends with the process
// that started it, however that ends.
package pgcluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Options are what a server is to be like; the zero value is the newest version without TLS.
type Options struct {
	Version  int               // major version, 0 for the newest
	Settings map[string]string // of postgresql.conf, added to those that make a server fast and forgetful
	TLS      bool              // with a certificate of an authority of its own
}

// A Cluster is a running server. Its superuser is postgres.
type Cluster struct {
	Dir      string
	Port     int
	Password string // of the superuser, over TCP; none is needed over the socket
	bin      string
	owner    *syscall.Credential
	server   *exec.Cmd
	life     io.Closer // the server ends when this does
}

// Start makes a cluster and starts its server. Stop it.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	bin, err := binaries(o.Version)
	if err != nil {
		return nil, err
	}
	c := &Cluster{bin: bin, Password: rand.Text()}
	if c.owner, err = owner(); err != nil {
		return nil, err
	}
	if c.Dir, err = c.folder(); err != nil {
		return nil, err
	}
	if err := c.initialise(ctx, o); err != nil {
		os.RemoveAll(c.Dir)
		return nil, err
	}
	if err := c.start(ctx); err != nil {
		os.RemoveAll(c.Dir)
		return nil, err
	}
	return c, nil
}

// owner is whom a server runs as: somebody else where this is root, which PostgreSQL refuses.
func owner() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("pgcluster: PostgreSQL refuses root, and there is neither a user postgres nor nobody")
}

// folder makes the folder of the cluster; its path must be short enough for a socket.
func (c *Cluster) folder() (string, error) {
	dir, err := os.MkdirTemp("/tmp", "concord-pg-")
	if err == nil && c.owner != nil {
		err = os.Chown(dir, int(c.owner.Uid), int(c.owner.Gid))
	}
	return dir, err
}

func (c *Cluster) data() string { return filepath.Join(c.Dir, "data") }

// initialise makes the data folder with its settings.
func (c *Cluster) initialise(ctx context.Context, o Options) error {
	secret := filepath.Join(c.Dir, "password")
	if err := c.write(secret, c.Password); err != nil {
		return err
	}
	init := c.command(ctx, filepath.Join(c.bin, "initdb"), "-D", c.data(), "-U", "postgres", "-A", "scram-sha-256", "--pwfile", secret,
		"-E", "UTF8", "--no-locale", "-N", "--no-instructions")
	if out, err := init.CombinedOutput(); err != nil {
		return fmt.Errorf("pgcluster: initdb: %w: %s", err, out)
	}
	settings := map[string]string{
		"listen_addresses": "127.0.0.1", "unix_socket_directories": c.Dir, "fsync": "off", "full_page_writes": "off",
		"synchronous_commit": "off", "shared_buffers": "64MB", "max_wal_size": "4GB", "log_min_messages": "warning",
	}
	if o.TLS {
		if err := c.certify(); err != nil {
			return err
		}
		settings["ssl"], settings["ssl_cert_file"], settings["ssl_key_file"] = "on", "server.crt", "server.key"
	}
	for k, v := range o.Settings {
		settings[k] = v
	}
	return errors.Join(c.configure(settings),
		c.write(filepath.Join(c.data(), "pg_hba.conf"), "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"))
}

func (c *Cluster) configure(settings map[string]string) error {
	f, err := os.OpenFile(filepath.Join(c.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	for k, v := range settings {
		fmt.Fprintf(f, "%s = '%s'\n", k, strings.ReplaceAll(v, "'", "''"))
	}
	return f.Close()
}

// write writes a file that the server's user owns and nobody else reads.
func (c *Cluster) write(path, text string) error {
	err := os.WriteFile(path, []byte(text), 0o600)
	if err == nil && c.owner != nil {
		err = os.Chown(path, int(c.owner.Uid), int(c.owner.Gid))
	}
	return err
}

func (c *Cluster) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = c.Dir
	cmd.Env = append(os.Environ(), "HOME="+c.Dir) // where libpq looks for certificates when one server asks another
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.owner, Setpgid: true}
	return cmd
}

// watch runs a server, and ends it and removes its folder when standard input ends: with the test, however that ends.
const watch = `"$1" -D "$2/data" -p "$3" >>"$2/log" 2>&1 & server=$!
while read -r word; do
	case $word in
	crash) kill -QUIT $server; wait $server; exit;;
	esac
done
kill -QUIT $server; wait $server; rm -rf "$2"`

// start starts the server on a port that is free; another program may take it in between, and then it is another one.
func (c *Cluster) start(ctx context.Context) error {
	var err error
	for range 5 {
		if c.Port == 0 {
			if c.Port, err = freePort(); err != nil {
				return err
			}
		}
		c.server = c.command(context.Background(), "/bin/sh", "-c", watch, "sh", filepath.Join(c.bin, "postgres"), c.Dir, strconv.Itoa(c.Port))
		if c.life, err = c.server.StdinPipe(); err != nil {
			return err
		}
		if err = c.server.Start(); err != nil {
			return err
		}
		if err = c.ready(ctx); err == nil {
			return nil
		}
		if !strings.Contains(c.Log(), "Address already in use") {
			return fmt.Errorf("pgcluster: %w\n%s", err, c.Log())
		}
		c.Kill()
		c.Port = 0
	}
	return err
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// startLimit is how long a server may take to start, on a machine with other things to do.
const startLimit = time.Minute

// ready waits until the server answers.
func (c *Cluster) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, c.Socket("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		if strings.Contains(c.Log(), "FATAL:  could not") {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Socket is a connection of the superuser over the socket.
func (c *Cluster) Socket(database string) string {
	return fmt.Sprintf("host=%s port=%d user=postgres dbname=%s", c.Dir, c.Port, database)
}

// URL is a connection over TCP. The superuser's has its password.
func (c *Cluster) URL(role, password, database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(role, password), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(c.Port)), Path: "/" + database}
	return u.String()
}

// Exec runs statements as the superuser.
func (c *Cluster) Exec(ctx context.Context, database, statements string) error {
	conn, err := pgx.Connect(ctx, c.Socket(database))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.PgConn().Exec(ctx, statements).ReadAll()
	return err
}

// Log is what the server has said.
func (c *Cluster) Log() string {
	text, err := os.ReadFile(filepath.Join(c.Dir, "log"))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// Kill ends the server as a crash does; Restart starts it again on the same port.
func (c *Cluster) Kill() {
	io.WriteString(c.life.(io.Writer), "crash\n")
	c.server.Wait()
}

// Restart starts a killed server again.
func (c *Cluster) Restart(ctx context.Context) error { return c.start(ctx) }

// Stop ends the server and removes all it had.
func (c *Cluster) Stop() error {
	err := c.life.Close()
	c.server.Wait()
	return errors.Join(err, os.RemoveAll(c.Dir))
}
