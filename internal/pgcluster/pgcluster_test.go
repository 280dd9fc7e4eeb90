package pgcluster_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/concord-stat/concord/internal/pgcluster"
)

func answer(t *testing.T, connection string) int {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, connection)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	var n int
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM kept").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A server keeps its tables through a crash, on the same port, and two live side by side.
func TestCrashAndRestart(t *testing.T) {
	a, b := pgcluster.ForTest(t, pgcluster.Options{}), pgcluster.ForTest(t, pgcluster.Options{})
	for i, c := range []*pgcluster.Cluster{a, b} {
		if err := c.Exec(context.Background(), "postgres", "CREATE TABLE kept AS SELECT generate_series(1, "+strconv.Itoa(i+1)+")"); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Exec(context.Background(), "postgres", "CHECKPOINT"); err != nil {
		t.Fatal(err)
	}
	a.Kill()
	if _, err := pgx.Connect(context.Background(), a.Socket("postgres")); err == nil {
		t.Error("a killed server answers")
	}
	if err := a.Restart(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := answer(t, a.URL("postgres", a.Password, "postgres")); n != 1 {
		t.Errorf("%d rows after the crash, want 1", n)
	}
	if n := answer(t, b.URL("postgres", b.Password, "postgres")); n != 2 {
		t.Errorf("%d rows on the other server, want 2", n)
	}
}

// A server asks for the password over TCP, and for a certificate's authority where that is checked.
func TestPasswordAndCertificate(t *testing.T) {
	c := pgcluster.ForTest(t, pgcluster.Options{TLS: true})
	ctx := context.Background()
	if _, err := pgx.Connect(ctx, c.URL("postgres", "wrong", "postgres")); err == nil || !strings.Contains(err.Error(), "password") {
		t.Errorf("a wrong password: %v", err)
	}
	url := c.URL("postgres", c.Password, "postgres") + "?sslmode=verify-full"
	if _, err := pgx.Connect(ctx, url); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an authority that nobody knows: %v", err)
	}
	conn, err := pgx.Connect(ctx, url+"&sslrootcert="+c.Authority())
	if err != nil {
		t.Fatal(err)
	}
	conn.Close(ctx)
}

// A server ends with its process, even if that is killed, and leaves nothing.
func TestServerEndsWithItsProcess(t *testing.T) {
	if os.Getenv("PGCLUSTER_CHILD") != "" {
		c, err := pgcluster.Start(context.Background(), pgcluster.Options{})
		if err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("dir " + c.Dir + "\n")
		time.Sleep(time.Hour)
	}
	if majors, _ := pgcluster.Versions(); len(majors) == 0 {
		t.Skip(pgcluster.ErrAbsent)
	}
	child := exec.Command(os.Args[0], "-test.run", "^TestServerEndsWithItsProcess$")
	child.Env = append(os.Environ(), "PGCLUSTER_CHILD=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 256)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	dir := strings.TrimSpace(strings.TrimPrefix(string(line[:n]), "dir "))
	pid, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(pid), "\n")
	server, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		_, gone := os.Stat(dir)
		if syscall.Kill(server, 0) == syscall.ESRCH && os.IsNotExist(gone) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("server %d or its folder %s is still there", server, dir)
		}
	}
}
