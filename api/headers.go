package api

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// The page may load its own scripts, styles and figures, and nothing else. A document of ours opened by itself (a
// figure, the report) may carry styles, but runs no script at all.
const (
	pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	documentPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src data:; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	// The report names the digest of its one script in a policy of its own; a browser enforces both.
	reportPolicy = documentPolicy + "; script-src 'unsafe-inline'"
)

func secure(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache") // a newer comparison shows at once
	c.Next()
}

// allowHead answers HEAD with what GET would say, without the body.
func allowHead(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			r = r.Clone(r.Context())
			r.Method = http.MethodGet
			w = headWriter{w}
		}
		next.ServeHTTP(w, r)
	})
}

type headWriter struct{ http.ResponseWriter }

func (headWriter) Write(p []byte) (int, error) { return len(p), nil }

func (w headWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
