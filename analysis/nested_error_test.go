package analysis_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// readColumns reads a file of testdata: the first column as text, the others as numbers.
func readColumns(t testing.TB, name string) (labels []string, columns [][]float64) {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns = make([][]float64, len(records[0])-1)
	for _, r := range records[1:] {
		labels = append(labels, r[0])
		for j := range columns {
			v, err := strconv.ParseFloat(r[j+1], 64)
			if err != nil {
				t.Fatal(err)
			}
			columns[j] = append(columns[j], v)
		}
	}
	return labels, columns
}

// landsat is the data of Battese, Harter and Fuller, without the segment in Hardin that they leave out.
func landsat(t testing.TB, crop int) (units analysis.UnitData, pop analysis.AreaPopulation) {
	names, county := readColumns(t, "landsat_counties.csv")
	pop.Sizes = county[0]
	for d := range names {
		pop.Means = append(pop.Means, []float64{1, county[1][d], county[2][d]})
	}
	labels, segment := readColumns(t, "landsat.csv")
	const outlier = 32
	for j := range segment {
		segment[j] = slices.Delete(segment[j], outlier, outlier+1)
	}
	for _, l := range slices.Delete(labels, outlier, outlier+1) {
		units.Area = append(units.Area, int32(slices.Index(names, l)))
	}
	units.Y = segment[crop]
	units.X = [][]float64{slices.Repeat([]float64{1}, len(units.Y)), segment[2], segment[3]}
	return units, pop
}

func fitNested(
	t testing.TB, u analysis.UnitData, pop analysis.AreaPopulation, method analysis.AreaMethod,
) *analysis.NestedError {
	t.Helper()
	m, err := analysis.FitNestedError(u, pop, method)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// agree compares numbers to a relative tolerance.
func agree(t *testing.T, name string, got, want []float64, tol float64) {
	t.Helper()
	for i := range want {
		if !scalar.EqualWithinRel(got[i], want[i], tol) {
			t.Errorf("%s %d: %v, want %v", name, i, got[i], want[i])
		}
	}
}

func figure(areas []analysis.AreaEstimate, of func(analysis.AreaEstimate) float64) (out []float64) {
	for _, e := range areas {
		out = append(out, of(e))
	}
	return out
}

func valueOf(e analysis.AreaEstimate) float64 { return e.Value }
func mseOf(e analysis.AreaEstimate) float64   { return e.MSE }

// TestNestedErrorLandsat: hectares of corn and soybeans in 12 counties. The authors print β = (51, 0.329, -0.134), σu²
// = 140 and σe² = 147 for corn (page 33). The figures here are those of R 4.2.2 with full matrices: λ = σu²/σe² by
// uniroot of the derivative of the (restricted) likelihood, tol = 1e-15; fitting of constants by deviance(lm()) with
// and without factor(county); from these by solve() the coefficients, EBLUPs and mean squared errors by the formulas of
// Rao and Molina (2015), sections 7.1 and 7.2. Variances by
//
//	lme(corn ~ corn_pixels + soybean_pixels, random = ~1 | county, method = "REML")
//
// of nlme 3.1-162 are the same to 3e-5, which is as near as it looks; the likelihood ratio is that of lme and gls.
func TestNestedErrorLandsat(t *testing.T) {
	const tol = 1e-9
	for _, tt := range []struct {
		crop                            int
		method                          analysis.AreaMethod
		variances, beta, se             []float64
		endless, endlessMSE, known, mse []float64
		cov                             []float64
		logLik, ratio                   float64
	}{
		{
			crop: 0, method: analysis.REML,
			variances: []float64{140.02387417, 147.268634252},
			beta:      []float64{51.0703978885, 0.328721732152, -0.134568446366},
			se:        []float64{24.4097045627, 0.0498759982668, 0.0551941623524},
			endless: []float64{
				122.196204079, 126.222689087, 106.695658981, 108.443436212, 144.281220165, 112.140524066,
				112.804258669, 121.998839871, 115.326508327, 124.420333872, 106.904402659, 143.01492392,
			},
			endlessMSE: []float64{
				99.340481288, 97.2594498658, 94.3098325697, 67.9752149577, 44.5183627221, 45.1649038863,
				44.995723119, 46.2079139389, 34.6909537817, 29.4351241155, 28.4673751283, 32.3094549379,
			},
			known: []float64{
				122.195403599, 126.228016849, 106.663764203, 108.422190939, 144.307169079, 112.158585677,
				112.780104436, 122.001966903, 115.343846951, 124.414368416, 106.888267242, 143.031210506,
			},
			mse: []float64{
				99.2919135217, 97.200763025, 94.2106989722, 67.7755842971, 44.3091904676, 44.9590340915,
				44.7077293003, 46.0032361168, 34.5019500907, 29.2003138323, 28.3273385348, 32.0741134941,
			},
			cov:    []float64{6768.41881991, -658.066478371, 1777.73675049},
			logLik: -147.084330484, ratio: 7.7000082723,
		},
		{
			crop: 0, method: analysis.ML,
			variances: []float64{121.061689144, 137.314114012},
			beta:      []float64{50.9675317211, 0.328580473885, -0.133709696648},
			se:        []float64{23.4751289372, 0.0479840355103, 0.0530628779198},
			endless: []float64{
				122.281388057, 126.10973287, 107.154440557, 108.740663197, 144.021093861, 111.95423427,
				113.008595929, 122.005932853, 115.155296753, 124.441656171, 107.118654757, 142.852793822,
			},
			endlessMSE: []float64{
				96.2459263921, 94.5673312347, 92.0437851347, 66.3426498231, 44.1094339248, 44.6962952239,
				44.510205879, 45.6327610345, 34.4757925419, 29.1868999702, 28.3106782921, 31.8064333088,
			},
			known: []float64{
				122.280663923, 126.115204998, 107.121270767, 108.718425478, 144.048527838, 111.973196805,
				112.983080701, 122.009230029, 115.17359358, 124.435218702, 107.101469302, 142.870020976,
			},
			mse: []float64{
				96.184845712, 94.4978143538, 91.9301955933, 66.1257449725, 43.886613233, 44.4767199312,
				44.2027608822, 45.4143416413, 34.2747327087, 28.9370127294, 28.1617858901, 31.5555457652,
			},
			cov:    []float64{5285.28920053, -565.414884923, 1543.35167782},
			logLik: -147.012618805, ratio: 7.55443582763,
		},
		{
			crop: 0, method: analysis.FittingConstants,
			variances: []float64{139.679468449, 149.558904175},
			beta:      []float64{51.0466087747, 0.328687866704, -0.134367185668},
			se:        []float64{24.5751974502, 0.0502187702547, 0.0555641012826},
			endless: []float64{
				122.216657147, 126.195729236, 106.804278568, 108.513436537, 144.22047442, 112.0967646,
				112.852077276, 122.000560846, 115.286469594, 124.425136631, 106.954244361, 142.97699438,
			},
			endlessMSE: []float64{
				103.078676565, 101.034881381, 98.0989094909, 70.5879353222, 46.323020642, 46.9753613898,
				46.7962780138, 48.0254118106, 36.0237487309, 30.4718876323, 29.4958371763, 33.3753535992,
			},
			known: []float64{
				122.215873772, 126.201091571, 106.772082116, 108.491957451, 144.246770303, 112.115037742,
				112.827604598, 122.003727647, 115.304032284, 124.419062058, 106.937864836, 142.99350044,
			},
			mse: []float64{
				103.020656811, 100.967009865, 97.9863750736, 70.3698145542, 46.0987427181, 46.7545312411,
				46.4872033779, 47.8057779658, 35.8225683259, 30.2231715795, 29.3475551438, 33.1259145761,
			},
			cov:    []float64{8132.57598566, -739.158022121, 2033.4423471},
			logLik: math.NaN(), ratio: math.NaN(),
		},
		{
			crop: 1, method: analysis.REML,
			variances: []float64{247.528420569, 190.454240762},
			beta:      []float64{-15.5902709736, 0.0271763895711, 0.494393198551},
			se:        []float64{28.2278320892, 0.05755271533, 0.0638829131774},
			endless: []float64{
				78.492346476, 94.4091291801, 87.3920245841, 81.0712008309, 66.2352599734, 113.734766216,
				97.7669922921, 112.267436642, 109.790831293, 100.654471736, 118.982461099, 75.1530488899,
			},
			endlessMSE: []float64{
				146.057159641, 141.564807959, 136.312342301, 93.7721539767, 58.9937777945, 59.9380962552,
				59.8732935324, 61.4756219601, 45.3566504087, 38.4332425382, 37.031966109, 42.487891983,
			},
			known: []float64{
				78.4814352169, 94.4154003781, 87.379571202, 81.0346984583, 66.2082512184, 113.734977732,
				97.7933715462, 112.281321103, 109.786459637, 100.667301226, 119.002632528, 75.1452325589,
			},
			mse: []float64{
				145.944851119, 141.439576869, 136.113400865, 93.4750967652, 58.7092806847, 59.6584716614,
				59.4807581844, 61.1965565906, 45.1070679127, 38.1258345826, 36.8489089173, 42.1785468515,
			},
			cov:    []float64{18026.3289703, -1153.34416376, 2988.38322058},
			logLik: -153.072998967, ratio: 11.6382172772,
		},
	} {
		t.Run(fmt.Sprintf("crop %d, %v", tt.crop, tt.method), func(t *testing.T) {
			u, pop := landsat(t, tt.crop)
			m := fitNested(t, u, pop, tt.method)
			endless := fitNested(t, u, analysis.AreaPopulation{Means: pop.Means}, tt.method)
			agree(t, "variance", []float64{m.AreaVariance, m.UnitVariance}, tt.variances, tol)
			agree(t, "β", m.Beta, tt.beta, tol)
			agree(t, "SE of β", m.BetaSE(), tt.se, tol)
			agree(t, "EBLUP", figure(m.Areas, valueOf), tt.known, tol)
			agree(t, "MSE", figure(m.Areas, mseOf), tt.mse, tol)
			agree(t, "EBLUP, no sizes,", figure(endless.Areas, valueOf), tt.endless, tol)
			agree(t, "MSE, no sizes,", figure(endless.Areas, mseOf), tt.endlessMSE, tol)
			v := m.VarianceCov
			agree(t, "variance of variances", []float64{v.At(0, 0), v.At(0, 1), v.At(1, 1)}, tt.cov, 2*tol)
			ratio, p := m.AreaEffectTest()
			if !math.IsNaN(tt.logLik) {
				agree(t, "log-likelihood", []float64{m.LogLikelihood, ratio}, []float64{tt.logLik, tt.ratio}, tol)
			}
			if !(p < 0.005) && !math.IsNaN(tt.ratio) || math.IsNaN(p) != math.IsNaN(tt.ratio) {
				t.Errorf("p = %v", p)
			}
			for _, e := range m.Areas {
				if e.Label() != "EBLUP, unit level" || e.Interval(0.95).Basis != analysis.ModelBased {
					t.Errorf("label %q", e.Label())
				}
			}
			if m.Units != 36 || m.Sampled != 12 || m.Notes != 0 {
				t.Errorf("%d units, %d areas, notes %v", m.Units, m.Sampled, m.Notes.Texts())
			}
		})
	}
}

// drawUnits are persons of a few areas, one covariate that varies within areas and one that does not.
func drawUnits(r *rapid.T) (u analysis.UnitData, pop analysis.AreaPopulation) {
	areas := rapid.IntRange(5, 9).Draw(r, "areas")
	spread := math.Exp(rapid.Float64Range(-4, 4).Draw(r, "spread of areas"))
	u.X = make([][]float64, 3)
	for d := range areas {
		x := rapid.Float64Range(-2, 2)
		level, own := x.Draw(r, "level")*spread, float64(d*d)
		pop.Means = append(pop.Means, []float64{1, x.Draw(r, "mean"), own})
		n := rapid.IntRange(1, 5).Draw(r, "persons")
		if d == 0 {
			n = 6 // so that there always are persons to compare
		}
		for range n {
			v := x.Draw(r, "x")
			u.Y = append(u.Y, 3+v+level+2*x.Draw(r, "e"))
			for j, c := range []float64{1, v, own} {
				u.X[j] = append(u.X[j], c)
			}
			u.Area = append(u.Area, int32(d))
		}
		pop.Sizes = append(pop.Sizes, float64(n+rapid.IntRange(1, 50).Draw(r, "others")))
	}
	return u, pop
}

// textbookNested is the profile log-likelihood at λ by full matrices, restricted or not, and GLS.
func textbookNested(u analysis.UnitData, lambda float64, restricted bool) (l float64, beta mat.VecDense) {
	n, p := len(u.Y), len(u.X)
	v, x, y := mat.NewSymDense(n, nil), mat.NewDense(n, p, nil), mat.NewVecDense(n, u.Y)
	for i := range n {
		for j := range i + 1 {
			if u.Area[i] == u.Area[j] {
				v.SetSym(i, j, lambda)
			}
		}
		v.SetSym(i, i, 1+lambda)
		for j := range p {
			x.Set(i, j, u.X[j][i])
		}
	}
	var cv, ca mat.Cholesky
	if !cv.Factorize(v) {
		panic("V")
	}
	var vx, xvx mat.Dense
	var vy, xvy, r, vr mat.VecDense
	_ = cv.SolveTo(&vx, x)
	_ = cv.SolveVecTo(&vy, y)
	xvx.Mul(x.T(), &vx)
	xvy.MulVec(x.T(), &vy)
	a := mat.NewSymDense(p, nil)
	for i := range p {
		for j := range p {
			a.SetSym(i, j, xvx.At(i, j))
		}
	}
	if !ca.Factorize(a) {
		panic("X'V⁻¹X")
	}
	_ = ca.SolveVecTo(&beta, &xvy)
	r.MulVec(x, &beta)
	r.SubVec(y, &r)
	_ = cv.SolveVecTo(&vr, &r)
	df := float64(n)
	if restricted {
		df -= float64(p)
		l = -ca.LogDet() / 2
	}
	return l - df*math.Log(mat.Dot(&r, &vr))/2 - cv.LogDet()/2, beta
}

// TestNestedErrorHighest: no λ from 0 to far beyond has a greater likelihood by full matrices, and the coefficients are
// those of generalised least squares there.
func TestNestedErrorHighest(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		u, pop := drawUnits(r)
		for _, method := range []analysis.AreaMethod{analysis.REML, analysis.ML} {
			m, err := analysis.FitNestedError(u, pop, method)
			if err != nil {
				r.Skip(err) // persons within areas happen to be alike
			}
			restricted := method == analysis.REML
			height, beta := textbookNested(u, m.AreaVariance/m.UnitVariance, restricted)
			for lambda := 1e-3; lambda < 1e5; lambda *= 2 {
				if l, _ := textbookNested(u, lambda, restricted); l > height+1e-7*(1+math.Abs(height)) {
					r.Fatalf("%v: λ = %v has %v, %v has %v", method, m.AreaVariance/m.UnitVariance, height, lambda, l)
				}
			}
			for j, b := range m.Beta {
				if !closeTo(b, beta.AtVec(j), 1e-6) {
					r.Fatalf("%v: β%d = %v, want %v", method, j, b, beta.AtVec(j))
				}
			}
		}
	})
}

// TestNestedErrorOrder: another order of persons gives the same bits; another unit of y scales values and errors.
func TestNestedErrorOrder(t *testing.T) {
	u, pop := landsat(t, 0)
	turned := analysis.UnitData{Y: slices.Clone(u.Y), Area: slices.Clone(u.Area)}
	slices.Reverse(turned.Y)
	slices.Reverse(turned.Area)
	scaled := analysis.UnitData{X: u.X, Area: u.Area}
	for _, x := range u.X {
		x = slices.Clone(x)
		slices.Reverse(x)
		turned.X = append(turned.X, x)
	}
	for _, y := range u.Y {
		scaled.Y = append(scaled.Y, 1000*y)
	}
	for _, method := range []analysis.AreaMethod{analysis.REML, analysis.ML, analysis.FittingConstants} {
		one := fitNested(t, u, pop, method)
		if other := fitNested(t, turned, pop, method); !slices.Equal(one.Areas, other.Areas) {
			t.Errorf("%v: order matters", method)
		}
		for d, e := range fitNested(t, scaled, pop, method).Areas {
			if !closeTo(e.Value, 1000*one.Areas[d].Value, 1e-9) || !closeTo(e.MSE, 1e6*one.Areas[d].MSE, 1e-9) {
				t.Errorf("%v: area %d: %+v, scaled %+v", method, d, one.Areas[d], e)
			}
		}
	}
}

// TestNestedErrorNeverSilent: an area without a sample is synthetic, one without covariates refused, one of which
// everybody was seen direct; the fit does not see the first two.
func TestNestedErrorNeverSilent(t *testing.T) {
	u, pop := landsat(t, 0)
	plain := fitNested(t, u, pop, analysis.REML)
	nan := math.NaN()
	pop.Means = append(pop.Means, []float64{1, 300, 200}, []float64{1, nan, 200})
	pop.Sizes = append(pop.Sizes, 500, 500)
	pop.Sizes[11], pop.Means[3] = 5, []float64{1, nan, nan}
	m := fitNested(t, u, pop, analysis.REML)
	if m.AreaVariance != plain.AreaVariance || m.Areas[0] != plain.Areas[0] {
		t.Error("areas without a sample changed the fit")
	}
	hardin := (88.59 + 165.35 + 104 + 88.63 + 153.7) / 5
	if e := m.Areas[11]; e.Label() != "direct" || !closeTo(e.Value, hardin, 1e-12) || e.MSE != 0 {
		t.Errorf("everybody seen: %+v", e)
	}
	want := m.Beta[0] + 300*m.Beta[1] + 200*m.Beta[2]
	if e := m.Areas[12]; e.Label() != "synthetic" || !closeTo(e.Value, want, 1e-12) || !(e.MSE > m.AreaVariance) {
		t.Errorf("without sample: %+v", e)
	}
	for _, d := range []int{3, 13} {
		if e := m.Areas[d]; e.Label() != "refused: covariates missing" || !math.IsNaN(e.Value) || math.IsNaN(e.Direct) != (d == 13) {
			t.Errorf("without covariates: %+v", e)
		}
	}
	if m.Notes != analysis.AreasWithoutSample|analysis.AreasRefused {
		t.Errorf("notes %q", m.Notes.Texts())
	}
}

func TestNestedErrorRefuses(t *testing.T) {
	for want, spoil := range map[string]func(*analysis.UnitData, *analysis.AreaPopulation){
		"study variable of person 3 is NaN": func(u *analysis.UnitData, _ *analysis.AreaPopulation) { u.Y[3] = math.NaN() },
		"covariate 1 of person 2 is +Inf":   func(u *analysis.UnitData, _ *analysis.AreaPopulation) { u.X[1][2] = math.Inf(1) },
		"area 4 has 2 persons, and 3 in the sample": func(_ *analysis.UnitData, p *analysis.AreaPopulation) {
			p.Sizes[4] = 2
		},
		"mean of covariate 2 of area 1 is -Inf": func(_ *analysis.UnitData, p *analysis.AreaPopulation) {
			p.Means[1][2] = math.Inf(-1)
		},
		"area 0 has means of 2 covariates, want 3": func(_ *analysis.UnitData, p *analysis.AreaPopulation) {
			p.Means[0] = p.Means[0][:2]
		},
		"covariate 2 depends on those before": func(u *analysis.UnitData, _ *analysis.AreaPopulation) { u.X[2] = u.X[1] },
		"1 areas have a sample, want more":    func(u *analysis.UnitData, _ *analysis.AreaPopulation) { clear(u.Area) },
		"persons within areas leave no variance": func(u *analysis.UnitData, _ *analysis.AreaPopulation) {
			for i, d := range u.Area {
				u.Y[i] = float64(d * d)
			}
		},
	} {
		u, pop := landsat(t, 0)
		for d := range pop.Sizes {
			pop.Sizes[d] = 900
		}
		spoil(&u, &pop)
		if _, err := analysis.FitNestedError(u, pop, analysis.REML); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want: %s", err, want)
		}
	}
}

func ExampleFitNestedError() {
	// Persons of households, in the sample and as the register has them; the register knows the mean of every commune.
	// Nobody was sampled in the last two, and of the first of these the register lacks the mean.
	units := analysis.UnitData{
		Y: []float64{5, 6, 4, 3, 4, 2, 8, 6, 5, 2, 4, 4, 6, 7, 5},
		X: [][]float64{
			{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
			{4, 5, 3, 4, 5, 2, 6, 5, 3, 3, 5, 4, 5, 6, 4},
		},
		Area: []int32{0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4},
	}
	nan := math.NaN()
	register := analysis.AreaPopulation{
		Means: [][]float64{{1, 3.9}, {1, 3.6}, {1, 4.2}, {1, 3.3}, {1, 3.8}, {1, nan}, {1, 4.0}},
		Sizes: []float64{900, 750, 1200, 640, 820, 300, 410},
	}
	m, err := analysis.FitNestedError(units, register, analysis.REML)
	if err != nil {
		panic(err)
	}
	for _, e := range m.Areas {
		fmt.Printf("%.2f ± %.2f %s\n", e.Value, math.Sqrt(e.MSE), e.Label())
	}
	// Output:
	// 4.89 ± 0.26 EBLUP, unit level
	// 3.00 ± 0.26 EBLUP, unit level
	// 5.85 ± 0.26 EBLUP, unit level
	// 2.77 ± 0.27 EBLUP, unit level
	// 4.90 ± 0.29 EBLUP, unit level
	// NaN ± NaN refused: covariates missing
	// 4.50 ± 1.20 synthetic
}
