package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/concord-stat/concord/api"
)

func TestListenRefusesOtherMachines(t *testing.T) {
	for _, addr := range []string{":8080", "0.0.0.0:8080", "[::]:8080", "192.0.2.1:8080", "[2001:db8::1]:8080"} {
		err := api.Listen(t.Context(), addr, http.NotFoundHandler())
		if !errors.Is(err, api.ErrNotLoopback) || !strings.Contains(err.Error(), "use 127.0.0.1:8080") {
			t.Errorf("Listen(%q) = %v, want a refusal that says what to do", addr, err)
		}
	}
	for _, addr := range []string{"127.0.0.1", "127.0.0.1:port?", "127.0.0.1:99999"} {
		if err := api.Listen(t.Context(), addr, http.NotFoundHandler()); err == nil {
			t.Errorf("Listen(%q) = nil", addr)
		}
	}
}

func TestListenTakesLoopback(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "127.0.0.2:0", "localhost:0"} {
		l, err := api.OpenListener(addr)
		if err != nil {
			t.Errorf("OpenListener(%q): %v", addr, err)
			continue
		}
		_, err = api.OpenListener(l.Addr().String())
		if err == nil {
			t.Errorf("%v could be opened twice", l.Addr())
		}
		l.Close()
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if err := api.Listen(done, "127.0.0.1:0", http.NotFoundHandler()); err != nil {
		t.Errorf("Listen that is stopped = %v, want nil", err)
	}
}

// A request that runs when the server is stopped still gets its answer, and Serve waits for it.
func TestServeShutsDownGracefully(t *testing.T) {
	started, release := make(chan bool), make(chan bool)
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(started)
		<-release
		io.WriteString(w, "whole")
	})
	l, err := api.OpenListener("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served, answered := make(chan error, 1), make(chan string, 1)
	go func() { served <- api.Serve(ctx, l, slow) }()
	go func() { answered <- fetch("http://" + l.Addr().String()) }()
	<-started
	cancel()
	select {
	case err := <-served:
		t.Errorf("Serve did not wait for the request: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(release)
	if got := <-answered; got != "200 whole" {
		t.Errorf("answer = %q, want it whole", got)
	}
	if err := <-served; err != nil {
		t.Errorf("Serve = %v, want nil", err)
	}
}

func fetch(url string) string {
	r, err := http.Get(url)
	if err != nil {
		return err.Error()
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(r.StatusCode, " ", string(body))
}

func TestServeFailsWithItsListener(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := api.Serve(t.Context(), l, http.NotFoundHandler()); err == nil {
		t.Error("Serve on a closed listener = nil")
	}
}

// A page elsewhere that points its name at this machine must not read the answers.
func TestServeRefusesForeignNames(t *testing.T) {
	l, err := api.OpenListener("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- api.Serve(ctx, l, newHandler(t)) }()
	for host, status := range map[string]int{"": 200, "localhost": 200, "localhost:9999": 200, "[::1]:80": 200, "[::1]": 200,
		"example.com": 421, "example.com:80": 421, "192.0.2.1": 421, "localhost.example.com": 421} {
		r, _ := http.NewRequest("GET", "http://"+l.Addr().String()+"/healthz", nil)
		r.Host = host
		answer, err := http.DefaultClient.Do(r)
		if err != nil || answer.StatusCode != status {
			t.Errorf("host %q: %v, %v, want %d", host, answer, err, status)
			continue
		}
		answer.Body.Close()
	}
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
}
