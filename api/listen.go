package api

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// ErrNotLoopback refuses an address that other machines could reach.
var ErrNotLoopback = errors.New("not a loopback address: without authentication only this machine may be served")

const (
	headerTimeout   = 5 * time.Second
	readTimeout     = 30 * time.Second
	writeTimeout    = 15 * time.Minute // a whole table over a slow line
	idleTimeout     = 2 * time.Minute
	shutdownTimeout = 10 * time.Second
)

// Listen serves a handler on a loopback address such as 127.0.0.1:8080 until ctx is done, then lets running requests
// end. It refuses every other address with an error wrapping ErrNotLoopback.
func Listen(ctx context.Context, addr string, handler http.Handler) error {
	l, err := OpenListener(addr)
	if err != nil {
		return err
	}
	return Serve(ctx, l, handler)
}

// OpenListener opens a loopback address; port 0 takes a free port, which the listener then tells.
func OpenListener(addr string) (net.Listener, error) {
	// The name is resolved once and its address listened on, so that what was checked is what is opened.
	at, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("api: listen on %q: %w", addr, err)
	}
	if !at.IP.IsLoopback() {
		return nil, fmt.Errorf("api: listen on %q: %w; use 127.0.0.1:%d", addr, ErrNotLoopback, at.Port)
	}
	l, err := net.ListenTCP("tcp", at)
	if err != nil {
		return nil, fmt.Errorf("api: listen on %q: %w", addr, err)
	}
	return l, nil
}

// Serve is Listen on an open listener, which it closes.
func Serve(ctx context.Context, l net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler:           onlyLocalNames(handler),
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() { stopped <- shutdown(server) })
	err := server.Serve(l)
	if stop() || !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("api: %w", err)
	}
	return <-stopped
}

func shutdown(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("api: requests still running %v after the stop were cut off: %w", shutdownTimeout,
			errors.Join(err, server.Close()))
	}
	return nil
}

// onlyLocalNames refuses requests made under a foreign host name. A web page elsewhere can point its own name at
// 127.0.0.1 and would then read every answer as if it were its own (DNS rebinding).
func onlyLocalNames(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLocalName(r.Host) {
			http.Error(w, "use the address of this machine: localhost or 127.0.0.1", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isLocalName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(trimBrackets(host))
	return err == nil && ip.IsLoopback()
}

func trimBrackets(host string) string {
	if len(host) > 1 && host[0] == '[' && host[len(host)-1] == ']' {
		return host[1 : len(host)-1]
	}
	return host
}
