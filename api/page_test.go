package api_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"testing"

	"github.com/concord-stat/concord/api"
)

const (
	pageTests       = "web/test"
	defaultChromium = "/usr/bin/chromium"
)

// TestPage drives a browser over the page: web/test/page.test.js. It needs node, npm and Chromium (CHROMIUM names it
// where it is not at /usr/bin/chromium), and is skipped without them unless CI=true.
func TestPage(t *testing.T) {
	need(t, "node")
	need(t, "npm")
	chromium := os.Getenv("CHROMIUM")
	if chromium == "" {
		chromium = defaultChromium
	}
	need(t, chromium)
	if _, err := os.Stat(pageTests + "/node_modules"); errors.Is(err, fs.ErrNotExist) {
		run(t, nil, "npm", "ci", "--no-audit", "--no-fund")
	}
	run(t, []string{"CHROMIUM=" + chromium, "CONCORD_URL=" + serve(t)}, "node", "--test")
}

// need skips the test by the name of what is missing; in CI nothing may be.
func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing, and CI must have it", program)
	}
	t.Skipf("%s is missing", program)
}

// serve starts a server on a free port for as long as the test runs.
func serve(t *testing.T) (url string) {
	l, err := api.OpenListener("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- api.Serve(ctx, l, newHandler(t)) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return "http://" + l.Addr().String()
}

// run runs a program among the page's tests, with additions to the environment.
func run(t *testing.T, environment []string, program string, arguments ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, arguments...)
	cmd.Dir, cmd.Env = pageTests, append(os.Environ(), environment...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, arguments, err, out)
	}
	t.Logf("%s", out)
}
