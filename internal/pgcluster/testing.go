package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// ForTest starts a server that ends with the test. Where none is installed the test is skipped, and with CI=true it fails.
func ForTest(t testing.TB, o Options) *Cluster {
	t.Helper()
	c, err := Start(context.Background(), o)
	needed(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the server's log:\n%s", c.Log())
		}
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func needed(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, ErrAbsent) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

var (
	shared    = make(map[int]func() (*Cluster, error))
	sharing   sync.Mutex
	databases atomic.Int64
)

// Shared is a server that the tests of a process share, one a version (0 is the newest); it ends with the process.
func Shared(t testing.TB, version int) *Cluster {
	t.Helper()
	sharing.Lock()
	start, ok := shared[version]
	if !ok {
		start = sync.OnceValues(func() (*Cluster, error) { return Start(context.Background(), Options{Version: version}) })
		shared[version] = start
	}
	sharing.Unlock()
	c, err := start()
	needed(t, err)
	return c
}

// Database makes a database of its own on a server, dropped with the test, and gives its name.
func (c *Cluster) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", databases.Add(1))
	if err := c.Exec(context.Background(), "postgres", "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Exec(context.Background(), "postgres", "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return name
}

// Script runs a file of statements by psql as the superuser, with variables of the environment such as A=b.
func (c *Cluster) Script(ctx context.Context, database, file string, environment ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, "psql"), "-qX", "-d", c.Socket(database), "-f", file)
	cmd.Env = append(os.Environ(), environment...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("pgcluster: %s: %w: %s", file, err, out)
	}
	return nil
}
