package simulate

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"
)

// BenchmarkRun writes an invented country with the default errors. Run it with -benchtime 1x; the metric peak-MiB
// is the highest resident memory of the process so far (Linux).
func BenchmarkRun(b *testing.B) {
	for _, size := range []struct {
		name    string
		persons int64
	}{{"1M", 1_000_000}, {"10M", 10_000_000}} {
		b.Run(size.name, func(b *testing.B) {
			for range b.N {
				o := Options{Out: b.TempDir(), Persons: size.persons, Seed: 1, Rates: DefaultRates()}
				if _, err := Run(context.Background(), o); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(size.persons)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(peakMiB(), "peak-MiB")
		})
	}
}

// BenchmarkDraw draws a census of 200,000 people.
func BenchmarkDraw(b *testing.B) {
	f, err := Population(Options{Persons: 200_000, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	seed := uint64(0)
	for b.Loop() {
		seed++
		f.Draw(seed)
	}
}

// peakMiB reads VmHWM, or returns 0 where there is none.
func peakMiB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			kib, _ := strconv.ParseFloat(f[1], 64)
			return kib / 1024
		}
	}
	return 0
}
