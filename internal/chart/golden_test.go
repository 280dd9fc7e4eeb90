package chart_test

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/concord-stat/concord/internal/chart"
)

var regen = flag.Bool("regen", false, "rewrite the golden files")

func goldens() map[string]chart.Pyramid {
	alphabet := pyramid(diacritics, "vi")
	counts := alphabet
	counts.Title, counts.Subtitle = "Xã Đắk Ơ", ""
	counts.CensusMaleLower, counts.CensusMaleUpper = missing(), missing()
	counts.CensusFemaleLower, counts.CensusFemaleUpper = missing(), missing()
	return map[string]chart.Pyramid{"sample": alphabet, "counts": counts, "english": pyramid("Xã Ngọc Lũng", "en")}
}

func TestGoldenFiles(t *testing.T) {
	for name, p := range goldens() {
		for _, format := range []chart.Format{chart.SVG, chart.PNG} {
			t.Run(name+"."+string(format), func(t *testing.T) { checkGolden(t, name, p, format) })
		}
	}
}

func checkGolden(t *testing.T, name string, p chart.Pyramid, format chart.Format) {
	got := render(t, p, format)
	path := filepath.Join("testdata", name+"."+string(format))
	if *regen {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if format == chart.PNG && alike(t, got, want) || bytes.Equal(got, want) {
		return
	}
	t.Errorf("%s is not as it was: look at it, and rewrite with -regen if it is right", path)
}

// alike allows for shades: processors that fuse multiplications round them otherwise.
func alike(t *testing.T, a, b []byte) bool {
	left, right := pixels(t, a), pixels(t, b)
	if left.Rect != right.Rect {
		return false
	}
	for i := range left.Pix {
		if d := int(left.Pix[i]) - int(right.Pix[i]); d < -2 || d > 2 {
			return false
		}
	}
	return true
}

func pixels(t *testing.T, file []byte) *image.RGBA {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return img.(*image.RGBA)
}

func TestSameFigureSameBytes(t *testing.T) {
	for _, format := range []chart.Format{chart.SVG, chart.PNG, chart.PDF} {
		first := render(t, pyramid(diacritics, "vi"), format)
		for range 3 {
			if !bytes.Equal(first, render(t, pyramid(diacritics, "vi"), format)) {
				t.Fatalf("%s: two writings differ", format)
			}
		}
	}
}
