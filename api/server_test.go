package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/concord-stat/concord/api"
	"github.com/concord-stat/concord/internal/results"
)

func TestNewRequiresSource(t *testing.T) {
	if _, err := api.New(api.Options{}); err == nil || !strings.Contains(err.Error(), "Options.Source") {
		t.Errorf("New without a source: %v", err)
	}
}

func TestHealth(t *testing.T) {
	w := request(newHandler(t), "GET", "/healthz")
	if got := strings.TrimSpace(w.Body.String()); got != `{"status":"ok","version":"1.2.3"}` {
		t.Errorf("healthz = %s", got)
	}
}

func TestStudies(t *testing.T) {
	h := newHandler(t)
	var list struct{ Studies []api.StudyEntry }
	if err := json.Unmarshal(request(h, "GET", "/api/v1/studies").Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	first, next, broken := list.Studies[0], list.Studies[1], list.Studies[2]
	if first.ID != study || !first.Finished || first.Title != "Đối soát thí điểm 2024" {
		t.Errorf("first study = %+v", first)
	}
	if next.Finished || !strings.Contains(next.Reason, "no finished comparison") || next.Links.Report != "" {
		t.Errorf("unfinished study = %+v", next)
	}
	if broken.Finished || broken.Reason != "internal error" {
		t.Errorf("broken study = %+v", broken)
	}
	for _, link := range []string{first.Links.Self, first.Links.Areas, first.Links.Discrepancies, first.Links.CSV, first.Links.Report} {
		if w := request(h, "GET", link); w.Code != http.StatusOK {
			t.Errorf("link %q: status %d", link, w.Code)
		}
	}
}

func TestStudy(t *testing.T) {
	got := getJSON[api.Study](t, newHandler(t), "")
	if got.ID != study || got.Rows != 125*114 || got.FDR != 0.05 || len(got.AgeGroups) != 18 || got.Levels[0] != "commune" {
		t.Errorf("study = %+v", got)
	}
}

// A newer comparison is served as soon as the source has it.
func TestNewerComparison(t *testing.T) {
	source := newMemory()
	h := newHandler(t, func(o *api.Options) { o.Source = source })
	before := getJSON[rowsJSON](t, h, "/discrepancies").Total
	old := source.held[study]
	source.held[study] = results.New(old.Summary, old.Areas, old.Rows[:10])
	if after := getJSON[rowsJSON](t, h, "/discrepancies").Total; before == 10 || after != 10 {
		t.Errorf("%d rows before, %d after, want 10", before, after)
	}
}

func TestPyramid(t *testing.T) {
	h := newHandler(t)
	for _, tt := range []struct{ path, mediaType, says string }{
		{"svg", "image/svg+xml", "01 permanent vi"},
		{"svg?definition=current&lang=en", "image/svg+xml", "01 current en"},
		{"png", "image/png", "PNG"},
		{"pdf", "application/pdf", "%PDF"},
	} {
		w := request(h, "GET", "/api/v1/studies/"+study+"/areas/01/pyramid."+tt.path)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != tt.mediaType || !strings.Contains(w.Body.String(), tt.says) {
			t.Errorf("%s: status %d, %v: %.60s", tt.path, w.Code, w.Header(), w.Body)
		}
	}
}

func TestErrors(t *testing.T) {
	var log bytes.Buffer
	h := newHandler(t, func(o *api.Options) { o.Logger = slog.New(slog.NewJSONHandler(&log, nil)) })
	in := "/api/v1/studies/" + study
	for _, tt := range []struct {
		method, path string
		status       int
		says         string
	}{
		{"GET", "/nowhere", 404, "/openapi.json"},
		{"GET", "/api/v1/studies/", 404, "/openapi.json"},
		{"GET", "/assets/", 404, "/openapi.json"},
		{"GET", "/assets/test/page.test.js", 404, ""},
		{"GET", "/assets/..%2fapi.go", 404, ""},
		{"POST", in, 405, "GET or HEAD"},
		{"DELETE", "/", 405, "GET or HEAD"},
		{"GET", "/api/v1/studies/other", 404, "/api/v1/studies"},
		{"GET", "/api/v1/studies/next/areas", 404, "no finished comparison"},
		{"GET", "/api/v1/studies/broken/discrepancies", 500, "internal error"},
		{"GET", in + "/areas/99", 404, "no such area"},
		{"GET", in + "/areas/99/pyramid.png", 404, "no such area"},
		{"GET", in + "/areas/" + bareArea + "/pyramid.svg", 404, "nothing to draw"},
		{"GET", in + "/areas/01/pyramid.gif", 404, ""},
		{"GET", in + "/areas/00011/pyramid.svg", 500, "internal error"},
		{"GET", in + "/areas/00012/pyramid.svg", 500, "internal error"},
		{"GET", "/studies/next/report", 404, "no report"},
	} {
		w := request(h, tt.method, tt.path)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) {
			t.Errorf("%s %s: status %d: %s, want %d: %s", tt.method, tt.path, w.Code, w.Body, tt.status, tt.says)
		}
		checkProblem(t, w.Code, w.Header(), w.Body.Bytes())
		if w.Code == 405 && w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("Allow = %q", w.Header().Get("Allow"))
		}
		for _, leak := range []string{"disk", "ink", "secret", "goroutine"} {
			if strings.Contains(w.Body.String(), leak) {
				t.Errorf("%s tells %q", tt.path, leak)
			}
		}
	}
	checkLog(t, log.String())
}

// checkLog: what the client was not told is logged, under the route's pattern and without values.
func checkLog(t *testing.T, log string) {
	t.Helper()
	for _, want := range []string{"disk on fire", "no ink", "pyramid.svg", "{id}", "panic: a value of type string"} {
		if !strings.Contains(log, want) {
			t.Errorf("log lacks %q:\n%s", want, log)
		}
	}
	for _, leak := range []string{"secret figure", "00011", "00012", study} {
		if strings.Contains(log, leak) {
			t.Errorf("log tells %q:\n%s", leak, log)
		}
	}
}

func TestNothingToServe(t *testing.T) {
	h := newHandler(t, func(o *api.Options) { o.Pyramid, o.Report = nil, nil })
	for _, path := range []string{"/api/v1/studies/" + study + "/areas/01/pyramid.svg", "/studies/" + study + "/report"} {
		if w := request(h, "GET", path); w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, w.Code)
		}
	}
	if a := getJSON[areaJSON](t, h, "/areas/01"); a.Links["svg"] != "" {
		t.Errorf("links to a figure that nobody draws: %v", a.Links)
	}
}

func TestReport(t *testing.T) {
	gone := filepath.Join(t.TempDir(), "gone.html")
	h := newHandler(t)
	w := request(h, "GET", "/studies/"+study+"/report")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "<title>Report") ||
		!strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("report: status %d, %v", w.Code, w.Header())
	}
	for _, tt := range []struct {
		path   string
		err    error
		status int
	}{{gone, nil, 404}, {"", fmt.Errorf("report: %w", os.ErrPermission), 500}, {"", api.ErrNoReport, 404}} {
		h := newHandler(t, func(o *api.Options) { o.Report = func(string) (string, error) { return tt.path, tt.err } })
		if w := request(h, "GET", "/studies/"+study+"/report"); w.Code != tt.status {
			t.Errorf("report %q, %v: status %d, want %d", tt.path, tt.err, w.Code, tt.status)
		}
	}
}

func TestHeaders(t *testing.T) {
	h := newHandler(t)
	for _, path := range []string{"/", "/assets/app.js", "/healthz", "/openapi.json", "/nowhere", "/api/v1/studies?x=1",
		"/api/v1/studies/" + study + "/discrepancies?format=csv"} {
		header := request(h, "GET", path).Header()
		if csp := header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: headers %v", path, header)
		}
	}
}

func TestHead(t *testing.T) {
	h := newHandler(t)
	for _, path := range []string{"/", "/healthz", "/api/v1/studies/" + study + "/areas/01/pyramid.svg", "/nowhere"} {
		full, head := request(h, "GET", path), request(h, "HEAD", path)
		if head.Code != full.Code || head.Body.Len() != 0 || head.Header().Get("Content-Type") != full.Header().Get("Content-Type") {
			t.Errorf("HEAD %s: status %d, %d bytes, %v", path, head.Code, head.Body.Len(), head.Header())
		}
	}
}

func TestPageFiles(t *testing.T) {
	h := newHandler(t)
	for path, mediaType := range map[string]string{"/": "text/html; charset=utf-8", "/assets/app.js": "text/javascript; charset=utf-8",
		"/assets/style.css": "text/css; charset=utf-8", "/assets/icon.svg": "image/svg+xml"} {
		w := request(h, "GET", path)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != mediaType || w.Body.Len() == 0 {
			t.Errorf("%s: status %d, %q", path, w.Code, w.Header().Get("Content-Type"))
		}
	}
}

// lost is a client that leaves in the middle of an answer.
type lost struct {
	http.ResponseWriter
	left int
}

func (l *lost) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, errors.New("connection reset")
	}
	return len(p), nil
}

// Half a table must not pass for a whole one: the connection is cut.
func TestCSVIsNotCutQuietly(t *testing.T) {
	defer func() {
		if cause := recover(); cause != http.ErrAbortHandler {
			t.Errorf("recovered %v, want the connection to be cut", cause)
		}
	}()
	r, _ := http.NewRequest("GET", "/api/v1/studies/"+study+"/discrepancies?format=csv", nil)
	newHandler(t).ServeHTTP(&lost{headerOnly{}, 100_000}, r)
}

type headerOnly struct{}

func (headerOnly) Header() http.Header         { return http.Header{} }
func (headerOnly) Write(p []byte) (int, error) { return io.Discard.Write(p) }
func (headerOnly) WriteHeader(int)             {}
