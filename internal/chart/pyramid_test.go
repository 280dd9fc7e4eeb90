package chart_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/results"
)

func pyramid(name, language string) chart.Pyramid {
	p, err := chart.PyramidOf(commune(name), "00001", "permanent", language)
	if err != nil {
		panic(err)
	}
	return p
}

func missing() []float64 {
	s := make([]float64, len(ageGroups))
	for i := range s {
		s[i] = math.NaN()
	}
	return s
}

func render(t testing.TB, p chart.Pyramid, format chart.Format) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b, format); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPyramidOf(t *testing.T) {
	c := commune("Xã A")
	p := pyramid("Xã A", "vi")
	row := c.Rows[0]
	if p.RegisterMale[0] != 412 || p.CensusMale[0] != row.Census || p.RegisterFemale[17] != 66 {
		t.Errorf("register %v %v, census %v", p.RegisterMale[0], p.RegisterFemale[17], p.CensusMale[0])
	}
	// The difference's interval is symmetric here, so the census lies in the middle of its own.
	if mid := (p.CensusMaleLower[0] + p.CensusMaleUpper[0]) / 2; math.Abs(mid-row.Census) > 1e-9 {
		t.Errorf("interval [%v, %v] around %v", p.CensusMaleLower[0], p.CensusMaleUpper[0], row.Census)
	}
	if half := (p.CensusMaleUpper[0] - p.CensusMaleLower[0]) / 2; math.Abs(half-(row.CIUpper-row.Difference)) > 1e-9 {
		t.Errorf("half-width %v, the difference has %v", half, row.CIUpper-row.Difference)
	}
}

func TestMissingPersonsAreTold(t *testing.T) {
	c := commune("Xã A")
	rows := append(c.Rows[:len(c.Rows):len(c.Rows)],
		complete("Xã A", "missing*0-4", 1000, 3), complete("Xã A", "missing*missing", 5, 1200))
	c = results.New(c.Summary, c.Areas, rows)
	p, err := chart.PyramidOf(c, "00001", "permanent", "en")
	if err != nil || !strings.Contains(p.Subtitle, "register 1,012, census 1,203 persons") {
		t.Errorf("subtitle %q, error %v", p.Subtitle, err)
	}
}

func TestCellsWithoutFigureAreTold(t *testing.T) {
	c := commune("Xã A")
	rows := append([]compare.Discrepancy(nil), c.Rows...)
	rows[3].Census, rows[3].Verdict, rows[3].PValue = math.NaN(), compare.CannotTell, math.NaN()
	p, err := chart.PyramidOf(results.New(c.Summary, c.Areas, rows), "00001", "permanent", "vi")
	if err != nil || !strings.Contains(p.Subtitle, "Số ô không có khoảng tin cậy hoặc số liệu: 1") {
		t.Errorf("subtitle %q, error %v", p.Subtitle, err)
	}
	render(t, p, chart.SVG)
}

func TestPyramidOfRefuses(t *testing.T) {
	c := commune("Xã A")
	if _, err := chart.PyramidOf(c, "00002", "permanent", "vi"); !errors.Is(err, chart.ErrNoPyramid) {
		t.Errorf("unknown area: %v", err)
	}
	if _, err := chart.PyramidOf(c, "00001", "current", "vi"); !errors.Is(err, chart.ErrNoPyramid) {
		t.Errorf("unknown definition: %v", err)
	}
	for _, cell := range []string{"male*90+", "other*0-4", "male"} {
		odd := results.New(c.Summary, c.Areas, append(c.Rows[:0:0], complete("Xã A", cell, 1, 1)))
		if _, err := chart.PyramidOf(odd, "00001", "permanent", "vi"); err == nil || !strings.Contains(err.Error(), cell) {
			t.Errorf("cell %q: %v", cell, err)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	if err := pyramid("A", "vi").Write(io.Discard, "gif"); err == nil {
		t.Error("gif was written")
	}
	if err := (chart.Pyramid{}).Write(io.Discard, chart.SVG); err == nil {
		t.Error("a pyramid without age groups was written")
	}
	short := pyramid("A", "vi")
	short.CensusMale = short.CensusMale[1:]
	if err := short.Write(io.Discard, chart.SVG); err == nil {
		t.Error("a pyramid with a short series was written")
	}
}

// Nothing that a name or a number can be may stop a batch of 10,598.
func TestStrangeFiguresAreDrawn(t *testing.T) {
	empty := pyramid("", "vi")
	for _, s := range []*[]float64{&empty.RegisterMale, &empty.RegisterFemale, &empty.CensusMale, &empty.CensusFemale} {
		*s = missing()
	}
	wide := pyramid(strings.Repeat("Xã Ngọc Lũng ", 20), "vi")
	wide.CensusMaleLower[3], wide.CensusMaleUpper[3] = -1e6, 1e9
	wide.CensusFemaleLower[3], wide.CensusFemaleUpper[3] = math.Inf(-1), math.Inf(1)
	names := pyramid("<script>\"'&\x00\n\xff\U0001F600\uFFFF", "fr")
	for _, p := range []chart.Pyramid{empty, wide, names} {
		if file := render(t, p, chart.SVG); bytes.Contains(file, []byte("NaN")) || bytes.Contains(file, []byte("Inf")) {
			t.Errorf("the drawing of %q holds a number that is none", p.Title)
		}
		for _, format := range []chart.Format{chart.PNG, chart.PDF} {
			render(t, p, format)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	p := pyramid(diacritics, "vi")
	for _, format := range []chart.Format{chart.SVG, chart.PNG, chart.PDF} {
		b.Run(string(format), func(b *testing.B) {
			for b.Loop() {
				if err := p.Write(io.Discard, format); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
