package report_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/report"
	"github.com/concord-stat/concord/internal/results"
)

func TestSameComparisonSameBytes(t *testing.T) {
	first := written(t, country(100))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if first != written(t, country(100)) {
		t.Error("two writings differ")
	}
}

func TestProgressCountsEveryArea(t *testing.T) {
	c, last := country(50), 0
	err := report.Write(io.Discard, c, func(done, total int) {
		if done != last+1 || total != len(c.Areas) {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil || last != len(c.Areas) {
		t.Errorf("%d of %d areas told, error %v", last, len(c.Areas), err)
	}
}

type broken struct{ room int }

var errFull = errors.New("disk full")

func (b *broken) Write(p []byte) (int, error) {
	if b.room -= len(p); b.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestErrorsOfTheWriterAreTold(t *testing.T) {
	c := country(300)
	for _, room := range []int{0, 100_000, 400_000} {
		if err := report.Write(&broken{room}, c, nil); !errors.Is(err, errFull) {
			t.Errorf("room for %d bytes: %v", room, err)
		}
	}
}

func TestBrokenCellsAreTold(t *testing.T) {
	c := country(1)
	rows := append([]compare.Discrepancy(nil), c.Rows...)
	rows[len(rows)-1].Cell = "male*200+"
	err := report.Write(io.Discard, results.New(c.Summary, c.Areas, rows), nil)
	if err == nil || !strings.Contains(err.Error(), "200+") {
		t.Errorf("error %v", err)
	}
}

func TestSmallComparisons(t *testing.T) {
	a := results.Area{Code: "1", Name: "A", Level: "commune", Parent: "1"} // its own parent
	one := []compare.Discrepancy{{Area: "1", Definition: "permanent", Dimension: "total", Register: 5, Census: math.NaN()}}
	for name, c := range map[string]*results.Comparison{
		"empty":    results.New(results.Summary{}, nil, nil),
		"no rows":  results.New(results.Summary{Languages: []string{"fr"}}, []results.Area{a}, nil),
		"no area":  results.New(results.Summary{Languages: []string{"en", "vi"}}, nil, one),
		"one area": results.New(results.Summary{Languages: []string{"en"}, Levels: []string{"commune"}}, []results.Area{a}, one),
	} {
		var b bytes.Buffer
		if err := report.Write(&b, c, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if name != "empty" && len(unpacked(t, parsed(t, b.String()))) != 1 {
			t.Errorf("%s: the area is missing", name)
		}
	}
}

// BenchmarkWrite measures whole reports: time, and bytes an area.
func BenchmarkWrite(b *testing.B) {
	for _, communes := range []int{100, 3000} {
		b.Run(fmt.Sprint(communes), func(b *testing.B) {
			c := country(communes)
			for b.Loop() {
				var size counter
				if err := report.Write(&size, c, nil); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(size)/float64(len(c.Areas)), "B/area")
			}
		})
	}
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
