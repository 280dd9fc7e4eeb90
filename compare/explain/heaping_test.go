package explain

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// heap moves a share of persons to the nearest age that ends in 0 or 5.
func heap(ages []float64, young, old float64) []float64 {
	out := make([]float64, len(ages))
	for a, v := range ages {
		m, h := (a+2)/5*5, old
		if m < grownUp {
			h = young
		}
		if m < firstWindow || m > lastCorrected {
			h = 0
		}
		out[a] += (1 - h) * v
		out[m] += h * v
	}
	return out
}

func agesOf(t *rapid.T) []float64 {
	rng, ages := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed of ages"), 0)), make([]float64, Ages)
	for a := range ages {
		ages[a] = 1 + 999*rng.Float64()
	}
	return ages
}

// TestHeapingTakenBack: where the true part of every window is known, shares are found exactly, and so are the ages.
func TestHeapingTakenBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ages := agesOf(t)
		young, old := rapid.Float64Range(0, 0.5).Draw(t, "young"), rapid.Float64Range(0, 0.5).Draw(t, "old")
		told := heap(ages, young, old)
		h := heapingOf(told, func(m int) float64 { return ages[m] / windowSum(ages, m) })
		if math.Abs(h.young.value-young) > 1e-9 || math.Abs(h.old.value-old) > 1e-9 {
			t.Fatalf("shares %v and %v, want %v and %v", h.young.value, h.old.value, young, old)
		}
		back := make([]float64, Ages)
		unheaped(told, young, old, back)
		for a, v := range back {
			if math.Abs(v-ages[a]) > 1e-8*(1+ages[a]) {
				t.Fatalf("age %d: %v, want %v", a, v, ages[a])
			}
		}
	})
}

// TestFlow: what a share moves is the difference between ages told and true, by age group; nobody is added or taken away.
func TestFlow(t *testing.T) {
	d := &Data{Starts: fiveYears}
	group := d.groupOf()
	rapid.Check(t, func(t *rapid.T) {
		ages := agesOf(t)
		young, old := rapid.Float64Range(0, 0.5).Draw(t, "young"), rapid.Float64Range(0, 0.5).Draw(t, "old")
		told := heap(ages, young, old)
		f := flow{flowOf{net: make([]float64, len(fiveYears))}, flowOf{net: make([]float64, len(fiveYears))}}
		flowOfAges(told, &group, &f)
		y, _ := odds(young)
		o, _ := odds(old)
		want, moved := make([]float64, len(fiveYears)), 0.0
		for a, v := range told {
			want[group[a]] += v - ages[a]
			moved += math.Abs(v-ages[a]) / 2
		}
		sum := 0.0
		for g, w := range want {
			got := y*f.young.net[g] + o*f.old.net[g]
			sum += got
			if math.Abs(got-w) > 1e-7 {
				t.Fatalf("group %d: %v, want %v", g, got, w)
			}
		}
		if math.Abs(sum) > 1e-7 || math.Abs(y*f.young.gross+o*f.old.gross-moved) > 1e-7*(1+moved) {
			t.Fatalf("%v added, %v moved, want 0 and %v", sum, y*f.young.gross+o*f.old.gross, moved)
		}
	})
}

// TestSmoothShare: of a parabola the share is exact, and heaping does not change it.
func TestSmoothShare(t *testing.T) {
	ages := make([]float64, Ages)
	for a := range ages {
		ages[a] = 900 + 3*float64(a) - 0.1*float64(a*a)
	}
	told := heap(ages, 0.3, 0.3)
	for m := 10; m <= 80; m += 5 {
		want := ages[m] / windowSum(ages, m)
		if got := smoothShare(told, m); math.Abs(got-want) > 1e-12 {
			t.Errorf("at %d: %v, want %v", m, got, want)
		}
	}
}
