package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/concord-stat/concord/api"
	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/results"
)

// The synthetic study: two provinces, four districts, 120 communes, two definitions. Figures follow from the place of
// an area in the list, so that a test can tell them; a few areas are as awkward as real ones.
const (
	study     = "pilot-2024"
	evilName  = `<img src=x onerror="document.title='evil'">`
	sheetName = `=HYPERLINK("http://example.com","x")`
	emptyArea = "00005" // no census persons: percentages do not exist
	bareArea  = "00009" // in the code list, without rows
)

var nan = math.NaN()

var provinces = []results.Area{
	{Code: "01", Name: "Thành phố Hà Nội", Level: "province"},
	{Code: "48", Name: "Thành phố Đà Nẵng", Level: "province"},
}

var districts = []results.Area{
	{Code: "001", Name: "Quận Ba Đình", Level: "district", Parent: "01"},
	{Code: "002", Name: "Quận Hoàn Kiếm", Level: "district", Parent: "01"},
	{Code: "490", Name: "Quận Liên Chiểu", Level: "district", Parent: "48"},
	{Code: "491", Name: "Quận Thanh Khê", Level: "district", Parent: "48"},
}

func communes() []results.Area {
	named := map[int]string{1: "Phường Phúc Xá", 2: evilName, 3: sheetName, 4: "Xã Đắk Nông", 6: "Xã An Lạc", 7: "Xã Ấn Độ"}
	var list []results.Area
	for i := 1; i <= 120; i++ {
		name := named[i]
		if name == "" {
			name = fmt.Sprintf("Xã số %d", i)
		}
		list = append(list, results.Area{Code: fmt.Sprintf("%05d", i), Name: name, Level: "commune", Parent: districts[i%4].Code})
	}
	return list
}

// synthetic makes the comparison; its rows come by level, lowest first, as the contract says.
func synthetic() *results.Comparison {
	areas := append(append(communes(), districts...), provinces...)
	var rows []compare.Discrepancy
	verdicts := make(map[string]int)
	for i, a := range areas {
		if a.Code != bareArea {
			rows = append(rows, areaRows(i, a)...)
		}
	}
	for _, r := range rows {
		verdicts[string(r.Verdict)]++
	}
	return results.New(results.Summary{
		Study: study, Title: "Đối soát thí điểm 2024", Languages: []string{"vi", "en"},
		ReferenceTime: "2024-04-01T00:00:00+07:00", Census: "sample", Level: 0.95, FDR: 0.05,
		Definitions: []string{"permanent", "current"}, Dimensions: []string{"total", "sex", "age5", "sex*age5"},
		Levels: []string{"commune", "district", "province"}, AgeGroups: ages(), Rows: len(rows), Verdicts: verdicts,
		Caveats: []string{"Synthetic figures."},
	}, areas, rows)
}

func ages() []string {
	var labels []string
	for from := 0; from < 85; from += 5 {
		labels = append(labels, fmt.Sprintf("%d-%d", from, from+4))
	}
	return append(labels, "85+")
}

func areaRows(i int, a results.Area) []compare.Discrepancy {
	var rows []compare.Discrepancy
	for _, definition := range []string{"permanent", "current"} {
		add := func(dimension, cell string, share float64) {
			rows = append(rows, row(i, a, definition, dimension, cell, share))
		}
		add("total", "total", 1)
		add("sex", "male", 0.49)
		add("sex", "female", 0.51)
		for k, age := range ages() {
			add("age5", age, 0.1-0.005*float64(k))
		}
		for _, sex := range []string{"male", "female"} {
			for k, age := range ages() {
				add("sex*age5", sex+"|"+age, 0.05-0.0025*float64(k))
			}
		}
	}
	return rows
}

func row(i int, a results.Area, definition, dimension, cell string, share float64) compare.Discrepancy {
	census := float64(5000+100*i) * share
	if a.Code == emptyArea {
		census = 0
	}
	off := float64((i*37)%200-100) / 10 // percent
	if definition == "current" {
		off /= 4
	}
	d := compare.Discrepancy{
		Area: a.Code, AreaName: a.Name, Definition: definition, Dimension: dimension, Cell: cell,
		Register: census * (1 + off/100), Census: census, CensusSE: census / 50, Difference: census * off / 100,
		DifferencePct: off, PValue: math.Exp(-math.Abs(off)), QValue: math.Min(1, 2*math.Exp(-math.Abs(off))), MarginPct: 5,
		Verdict: compare.CannotTell, Ratio: 1 + off/100, RatioLower: off/100 + 0.96, RatioUpper: off/100 + 1.04, LogRatioSE: 0.02,
		StdDifference: off / 1000, StdDifferenceSE: off * off, EquivalenceP: math.Exp(math.Abs(off) - 10), NoiseSD: float64(i % 7),
		Family: definition,
	}
	d.CILower, d.CIUpper = d.Difference-1.96*d.CensusSE, d.Difference+1.96*d.CensusSE
	switch {
	case census == 0:
		d.Register, d.Difference, d.DifferencePct, d.PValue, d.QValue, d.CILower, d.CIUpper = 12, 12, nan, nan, nan, nan, nan
		d.Notes = "no census persons"
	case math.Abs(off) > 6:
		d.Verdict = compare.Differs
	case math.Abs(off) < 1.5:
		d.Verdict = compare.Agrees
	}
	return d
}

// memory is a Source of comparisons held in memory.
type memory struct {
	names []string
	held  map[string]*results.Comparison
	fails map[string]error
}

func (m *memory) Studies() []string { return m.names }

func (m *memory) Comparison(id string) (*results.Comparison, error) {
	if err := m.fails[id]; err != nil {
		return nil, err
	}
	if c := m.held[id]; c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("memory: %w", api.ErrNoStudy)
}

func newMemory() *memory {
	return &memory{
		names: []string{study, "next", "broken"},
		held:  map[string]*results.Comparison{study: withTables(synthetic())},
		fails: map[string]error{"next": fmt.Errorf("memory: %w", api.ErrNoComparison), "broken": errors.New("disk on fire")},
	}
}

// drawn is a pyramid that tells what it was asked for.
func drawn(w io.Writer, c *results.Comparison, p api.PyramidRequest) error {
	area, definition, language, format := p.Area, p.Definition, p.Language, p.Format
	switch {
	case area == "00011":
		return errors.New("no ink")
	case area == "00012":
		panic("secret figure")
	case format == "png":
		return png.Encode(w, image.NewGray(image.Rect(0, 0, 4, 4)))
	case format == "pdf":
		_, err := io.WriteString(w, "%PDF-1.4")
		return err
	}
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 220"><title>%s %s %s</title>`, area, definition, language)
	for _, r := range c.Area(area) {
		if r.Definition == definition && r.Dimension == "age5" {
			width, y := 1400*r.Register/(1+c.Area(area)[0].Register), 200-2.2*float64(ageOf(r.Cell))
			fmt.Fprintf(w, `<path style="fill:#4c8fa3" d="M%f %fh%fv9h%fz"/>`, 150-width/2, y, width, -width)
		}
	}
	_, err := io.WriteString(w, "</svg>")
	return err
}

func ageOf(label string) (age int) {
	fmt.Sscanf(label, "%d", &age)
	return age
}

func newHandler(t testing.TB, change ...func(*api.Options)) http.Handler {
	t.Helper()
	report := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(report, []byte("<!doctype html><title>Report</title>"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := api.Options{Source: newMemory(), Pyramid: drawn, Version: "1.2.3", Logger: slog.New(slog.DiscardHandler),
		Report: func(id string) (string, error) {
			if id != study {
				return "", fmt.Errorf("test: %w", api.ErrNoReport)
			}
			return report, nil
		}}
	for _, c := range change {
		c(&o)
	}
	h, err := api.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func request(h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// getJSON asks for a path below the study and decodes the answer.
func getJSON[T any](t *testing.T, h http.Handler, path string) T {
	t.Helper()
	var v T
	w := request(h, "GET", "/api/v1/studies/"+study+path)
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s: status %d: %s", path, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return v
}
