package plan_test

import (
	"math"
	"testing"

	"github.com/concord-stat/concord/sampling/plan"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func TestNoncentralT(t *testing.T) {
	for _, tt := range []struct{ t, df, ncp, want, relative float64 }{
		// R 4.2.2, pt(t, df, ncp), which stops its series at 1e-12.
		{2, 4, 1.5, 0.618928925139553, 1e-11},
		{-1, 3, 1, 0.035976570761243387, 1e-10},
		{8, 100, 10, 0.039564617023560164, 1e-10},
		{0.5, 12.5, -0.7, 0.88186047346887331, 1e-11},
		// The trapezoidal rule for ∫ Φ(t·s - ncp) f(s) ds over ln s, in decimal arithmetic of 45 digits.
		{-2, 5, 1, 5.8964622898421617557853e-3, 1e-13},
		{4, 1, 12, 3.6093469359454397029207e-3, 1e-12},
		{42, 100, 37, 9.4282550731960479752933e-1, 1e-13},
		{10, 3, 37, 1.1009915481535836111538e-8, 1e-12},
		{-30, 1, 0.5, 5.2591959453658307341779e-3, 1e-13},
		{-13, 999, -10, 2.0001365873100169273693e-3, 1e-12}, // R is wrong in the tenth digit
		{-8, 10, 3, 3.6627342616049055670943e-11, 1e-12},
		{-30, 29, 10, 4.8101370741522905443599e-61, 1e-12},
		{1, 1000, 20, 9.2926150722730600075022e-81, 1e-12},
		{-20, 200, 12, 2.7370806476795887190025e-132, 1e-12},
		{60, 10, 100, 1.9969603297590604742517e-3, 1e-12},
		{55, 20_000, 50, 9.9999928476534743328029e-1, 1e-13},
		{39, 100_000, 37, 9.7683321128532830378927e-1, 1e-12}, // R has 1 - 1e-12
		{3.5, 1e6, 2.8, 7.5803540516319847087829e-1, 1e-12},
		{-3, 100_001, 1, 3.1684292007847535197718e-5, 1e-12},
		{70, 21, 60, 7.9981812644812892660944e-1, 1e-13},
	} {
		near(t, "P(T ≤ t)", plan.NoncentralT{DF: tt.df, NCP: tt.ncp}.CDF(tt.t), tt.want, tt.relative)
	}
}

// owen is P(T ≤ t) for t > 0 and even degrees of freedom, a finite sum (Owen 1968, Technometrics 10:445-478).
func owen(t float64, df int, ncp float64) float64 {
	phi, density := distuv.UnitNormal.CDF, distuv.UnitNormal.Prob
	nu := float64(df)
	a, b := t/math.Sqrt(nu), nu/(nu+t*t)
	before := a * math.Sqrt(b) * density(ncp*math.Sqrt(b)) * phi(ncp*a*math.Sqrt(b))
	now := b * (ncp*a*before + a/math.Sqrt(2*math.Pi)*density(ncp))
	sum, factor := before, 1.0
	for k := 2; k <= df-2; k++ {
		before, now = now, float64(k-1)/float64(k)*b*(factor*ncp*a*now+before)
		factor = 1 / (float64(k-1) * factor)
		if k%2 == 0 {
			sum += now
		}
	}
	return phi(-ncp) + math.Sqrt(2*math.Pi)*sum
}

// TestNoncentralTByOwen compares with a finite sum of positive terms.
func TestNoncentralTByOwen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		df := 2 * rapid.IntRange(1, 40).Draw(t, "half df")
		ncp, x := rapid.Float64Range(0, 30).Draw(t, "ncp"), rapid.Float64Range(0.01, 60).Draw(t, "t")
		got, want := plan.NoncentralT{DF: float64(df), NCP: ncp}.CDF(x), owen(x, df, ncp)
		if want > 1e-12 && !scalar.EqualWithinRel(got, want, 1e-11) {
			t.Fatalf("%.16g, want %.16g", got, want)
		}
	})
}

// TestNoncentralTIsADistribution: the tails add to 1, turn into each other by reflection, and move with t and ncp;
// without noncentrality they are Student's.
func TestNoncentralTIsADistribution(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := plan.NoncentralT{
			DF:  math.Pow(10, rapid.Float64Range(0, 6).Draw(t, "log df")),
			NCP: rapid.Float64Range(-40, 40).Draw(t, "ncp"),
		}
		x := d.NCP + rapid.Float64Range(-10, 10).Draw(t, "beyond")
		lower, upper := d.CDF(x), d.Survival(x)
		if !scalar.EqualWithinAbs(lower+upper, 1, 1e-11) {
			t.Fatalf("tails %v and %v", lower, upper)
		}
		if mirrored := (plan.NoncentralT{DF: d.DF, NCP: -d.NCP}).Survival(-x); mirrored != lower {
			t.Fatalf("mirrored %v, want %v", mirrored, lower)
		}
		more := plan.NoncentralT{DF: d.DF, NCP: d.NCP + 0.01}
		if d.CDF(x+0.01) < lower*(1-1e-11) || more.CDF(x) > lower*(1+1e-11) {
			t.Fatalf("%v at %v does not grow with t and fall with ncp", lower, x)
		}
		central := plan.NoncentralT{DF: d.DF}.CDF(x)
		within := mathext.RegIncBeta(0.5, d.DF/2, x*x/(d.DF+x*x))                  // P(|T| < |x|) of Student's t
		if !scalar.EqualWithinAbs(central, 0.5+math.Copysign(within, x)/2, 1e-9) { // what RegIncBeta keeps at large DF
			t.Fatalf("central %v, want %v", central, 0.5+math.Copysign(within, x)/2)
		}
	})
}

func TestNoncentralTEdges(t *testing.T) {
	d := plan.NoncentralT{DF: 4, NCP: 1}
	if d.CDF(math.Inf(-1)) != 0 || d.CDF(math.Inf(1)) != 1 || !math.IsNaN(d.CDF(math.NaN())) {
		t.Errorf("%v, %v, %v", d.CDF(math.Inf(-1)), d.CDF(math.Inf(1)), d.CDF(math.NaN()))
	}
	near(t, "P(T ≤ 0)", d.CDF(0), distuv.UnitNormal.CDF(-1), 1e-13)
	normal := plan.NoncentralT{DF: math.Inf(1), NCP: 1}
	near(t, "normal", normal.CDF(2), distuv.UnitNormal.CDF(1), 1e-13)
	near(t, "nearly normal", plan.NoncentralT{DF: 1e9, NCP: 1}.CDF(2), normal.CDF(2), 1e-8)
}
