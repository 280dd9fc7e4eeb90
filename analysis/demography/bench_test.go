package demography_test

import (
	"testing"

	"github.com/concord-stat/concord/analysis/demography"
)

// BenchmarkRegroup matches groups of ten years of one area to those of five.
func BenchmarkRegroup(b *testing.B) {
	from := demography.Groups{Start: []int{0, 10, 20, 30, 40, 50, 60, 70, 80}, End: demography.Open}
	r, err := demography.NewRegrouper(demography.Monotone, from, demography.FiveYears(80))
	if err != nil {
		b.Fatal(err)
	}
	counts := []float64{900, 800, 850, 700, 600, 500, 300, 150, 60}
	for b.Loop() {
		r.Regroup(counts)
	}
}

// BenchmarkGraduate splits the five-year groups of one area by each method.
func BenchmarkGraduate(b *testing.B) {
	groups := demography.FiveYears(80)
	counts := []float64{500, 480, 470, 450, 430, 420, 400, 370, 330, 300, 260, 220, 170, 130, 90, 50, 60}
	for _, m := range demography.Methods() {
		g, err := demography.NewGraduator(m, groups)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(string(m), func(b *testing.B) {
			for b.Loop() {
				g.Graduate(counts)
			}
		})
	}
}
