package chart

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// funnelPanel has the best known areas on the right, in equal steps of the ratio of standard errors, and log ratios
// upwards.
type funnelPanel struct {
	left, right, bottom, top vg.Length
	widest, narrowest        float64 // standard errors
	low, high                float64 // log ratios
}

func (f funnelFigure) panel(left, right, bottom, top vg.Length) funnelPanel {
	p := funnelPanel{left, right, bottom, top, 0, math.Inf(1), f.Target, f.Target}
	for _, a := range f.Points {
		p.widest, p.narrowest = max(p.widest, a.SE), min(p.narrowest, a.SE)
		p.low, p.high = min(p.low, a.LogRatio), max(p.high, a.LogRatio)
	}
	p.widest, p.narrowest = p.widest*1.1, p.narrowest/1.1
	room := max(0.05, 0.06*(p.high-p.low))
	p.low, p.high = p.low-room, p.high+room
	return p
}

func (p funnelPanel) x(se float64) vg.Length {
	return p.left + vg.Length(math.Log(p.widest/se)/math.Log(p.widest/p.narrowest))*(p.right-p.left)
}

// y is held to the panel, which limits may leave.
func (p funnelPanel) y(ratio float64) vg.Length {
	share := (ratio - p.low) / (p.high - p.low)
	return p.bottom + vg.Length(max(0, min(1, share)))*(p.top-p.bottom)
}

// ratios are ticks in percent, as far apart as their text needs.
func (p funnelPanel) ratios() (at []float64) {
	all := []float64{-95, -90, -80, -70, -60, -50, -40, -30, -20, -10, -5, -2, 0, 2, 5, 10, 20, 30, 50, 75, 100,
		150, 200, 300, 400, 600, 900, 1500, 3000}
	last := math.Inf(-1)
	try := func(percent float64) {
		v := math.Log1p(percent / 100)
		if y := float64(p.y(v)); v > p.low && v < p.high && math.Abs(y-last) >= 15 {
			at, last = append(at, percent), y
		}
	}
	try(0)
	zero := last
	for _, v := range all {
		if v > 0 {
			try(v)
		}
	}
	last = zero
	for k := len(all) - 1; k >= 0; k-- {
		if all[k] < 0 {
			try(all[k])
		}
	}
	return at
}

// errors are ticks of standard errors in percent: 1, 2 and 5 times powers of ten.
func (p funnelPanel) errors() (at []float64) {
	for e := math.Floor(math.Log10(p.narrowest * 100)); math.Pow(10, e) <= p.widest*100; e++ {
		for _, m := range []float64{1, 2, 5} {
			if v := m * math.Pow(10, e); v >= p.narrowest*100 && v <= p.widest*100 {
				at = append(at, v)
			}
		}
	}
	return at
}
