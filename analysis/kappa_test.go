package analysis_test

import (
	"testing"

	"github.com/concord-stat/concord/analysis"
	"pgregory.net/rapid"
)

// TestKappaOfAgreement: who always agrees has a kappa of 1, without error.
func TestKappaOfAgreement(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		got := m.sample(t).Estimate(analysis.KappaOf(m.first, m.first, 3), nil)
		if !closeTo(got.Values[0], 1, 1e-14) || got.SE(0) > 1e-13 {
			rt.Errorf("kappa %v (%v) of a variable with itself", got.Values[0], got.SE(0))
		}
	})
}

// TestKappaIsFunctionOfShares: kappa is the function of the shares of all cells that its formula says, with the error
// that the delta method gives it; whole, and in domains at once.
func TestKappaIsFunctionOfShares(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMicrodata(rt)
		other := make([]int32, len(m.first)) // agrees now and then
		for i, c := range m.first {
			other[i] = (c + m.second[i]) % 3
		}
		var cells [][]float64
		for a := range int32(3) {
			for b := range int32(3) {
				cell := make([]float64, len(other))
				for i := range cell {
					if m.first[i] == a && other[i] == b {
						cell[i] = 1
					}
				}
				cells = append(cells, cell)
			}
		}
		names := []string{"aa", "ab", "ac", "ba", "bb", "bc", "ca", "cb", "cc"}
		chance := "((aa+ab+ac)*(aa+ba+ca) + (ba+bb+bc)*(ab+bb+cb) + (ca+cb+cc)*(ac+bc+cc))"
		kappa := parse(t, "(aa+bb+cc - "+chance+")/(1 - "+chance+")")
		s, st := m.sample(t), analysis.KappaOf(m.first, other, 3)
		for _, domain := range [][]bool{nil, is(m.second, 0)} {
			if domain != nil {
				for i := range 3 { // somebody who does not agree
					domain[i+3] = true
				}
			}
			want, err := s.Estimate(analysis.MeanOf(cells...), domain).Functions(names, kappa)
			if err != nil {
				rt.Fatal(err)
			}
			sameEstimates(rt, s.Estimate(st, domain), want, 1e-9)
		}
		joint := s.Estimate(analysis.ByDomain(st, is(m.second, 0), is(m.second, 1)), nil)
		for d := range 2 {
			alone := s.Estimate(st, is(m.second, int32(d)))
			if joint.Values[d] != alone.Values[0] || !closeTo(joint.SE(d), alone.SE(0), 1e-12) {
				rt.Errorf("domain %d: %v among others, %v alone", d, joint.At(d), alone.At(0))
			}
		}
	})
}
