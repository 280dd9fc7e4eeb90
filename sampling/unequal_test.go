package sampling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// A fixedSizeDesign has π that add up to a whole number.
type fixedSizeDesign struct {
	name  string
	draw  func(rng *rand.Rand, pi []float64) []int
	joint func(pi []float64) *mat.SymDense
	sen   bool // π_kl ≤ π_k·π_l, as Sen, Yates and Grundy ask for
}

var fixedSizeDesigns = []fixedSizeDesign{
	{"systematic", sampling.Systematic, sampling.JointSystematic, false},
	{"random systematic", sampling.RandomSystematic, sampling.JointRandomSystematic, false},
	{"Tillé", sampling.Tille, sampling.JointTille, true},
	{"Midzuno", sampling.Midzuno, sampling.JointMidzuno, true},
	{"Sampford", sampling.Sampford, sampling.JointSampford, true},
	{"conditional Poisson", sampling.ConditionalPoisson, sampling.JointConditionalPoisson, true},
	{"Pareto", sampling.Pareto, sampling.JointPareto, false},
}

// TestJoint: UPsystematicpi2, UPtillepi2, UPmidzunopi2 and UPsampfordpi2 of R sampling 2.9 (R 4.2.2), and for
// conditional Poisson an enumeration of the 56 samples in R; below the diagonal. They have 16 digits.
func TestJoint(t *testing.T) {
	pi := []float64{0.1, 0.15, 0.3, 0.45, 0.5, 0.6, 0.7, 0.2}
	for _, tt := range []struct {
		design string
		want   [][]float64
	}{
		{"systematic", [][]float64{
			{}, {0}, {0, 0}, {0, 0, 0},
			{0.1, 0.15, 0.25, 0},
			{0.1, 0, 0.05, 0.45, 0.1},
			{0, 0.15, 0.3, 0.25, 0.4, 0.3},
			{0, 0, 0, 0.2, 0, 0.2, 0},
		}},
		{"Tillé", [][]float64{
			{}, {0.001837327523602032},
			{0.01469862018881626, 0.02204793028322439},
			{0.03106753812636165, 0.04660130718954247, 0.09320261437908495},
			{0.03708061002178650, 0.05562091503267973, 0.11124183006535945, 0.17287581699346402},
			{0.04901960784313727, 0.07352941176470587, 0.14705882352941174, 0.22058823529411759, 0.24509803921568624},
			{0.06078431372549019, 0.09117647058823526, 0.18235294117647052, 0.27352941176470574, 0.30392156862745084,
				0.36666666666666653},
			{0.005511982570806102, 0.009186637618010165, 0.029397240377632524, 0.062135076252723305, 0.074161220043572992,
				0.098039215686274536, 0.121568627450980377},
		}},
		{"Midzuno", [][]float64{
			{}, {0},
			{0.01384615384615384, 0.02076923076923076},
			{0.03230769230769226, 0.04846153846153844, 0.09148351648351644},
			{0.03846153846153849, 0.05769230769230771, 0.11043956043956049, 0.16794871794871791},
			{0.05076923076923073, 0.07615384615384618, 0.14835164835164835, 0.22124542124542118, 0.24789377289377290},
			{0.06307692307692309, 0.09461538461538463, 0.18626373626373632, 0.27454212454212451, 0.30119047619047618,
				0.35448717948717945},
			{0.001538461538461489, 0.002307692307692344, 0.028846153846153855, 0.064010989010989006, 0.076373626373626380,
				0.101098901098901073, 0.125824175824175821},
		}},
		{"Sampford", [][]float64{
			{}, {0.008140749302980761},
			{0.01762162328625655, 0.02695359452727733},
			{0.02920128046588655, 0.04453205067280740, 0.09437213048688604},
			{0.03372558972526477, 0.05137287967305536, 0.10843713181163407, 0.17416029823025339},
			{0.04407963992339292, 0.06697254453038344, 0.14009349163762749, 0.22236650973225219, 0.25247759742207743},
			{0.05610832032036069, 0.08498603306719787, 0.17582056062062978, 0.27492406459248458, 0.31018325061843688,
				0.38347065935285379},
			{0.01112279697585773, 0.01704214822629775, 0.03670146762968858, 0.06044366581942966, 0.06964325251927786,
				0.09053955740141244, 0.11450711142803589},
		}},
		{"conditional Poisson", [][]float64{
			{}, {0.0084820015674389},
			{0.0180362846713309, 0.0275184482197916},
			{0.0292818880118844, 0.044636806424186, 0.0943442335369499},
			{0.0336100659046803, 0.0512133778348906, 0.108078399202719, 0.1734930559926982},
			{0.0436284126297626, 0.0663977108602362, 0.1394877989351301, 0.2223794179484318, 0.2530497764621857},
			{0.0554354819324862, 0.0841589721019767, 0.1751722291674703, 0.2753186360180555, 0.3111205204079592,
				0.3851564821697363},
			{0.0115258652824166, 0.0175926829914797, 0.0373626062666072, 0.0605459620677925, 0.0694348041948682,
				0.0899004009945189, 0.1136376782023164},
		}},
	} {
		got := designNamed(t, tt.design).joint(pi)
		for i, row := range tt.want {
			for j, want := range append(row, pi[i]) {
				if !scalar.EqualWithinAbs(got.At(i, j), want, 1e-11) || want == 0 && got.At(i, j) != 0 {
					t.Errorf("%s, units %d and %d: %v, want %v", tt.design, i, j, got.At(i, j), want)
				}
			}
		}
	}
}

func designNamed(t *testing.T, name string) fixedSizeDesign {
	i := slices.IndexFunc(fixedSizeDesigns, func(d fixedSizeDesign) bool { return d.name == name })
	if i < 0 {
		t.Fatalf("no design %q", name)
	}
	return fixedSizeDesigns[i]
}

// TestUnequalDraws: units come, alone and in pairs, as often as π and the joint inclusion probabilities say. A certain
// and an impossible unit are among them.
func TestUnequalDraws(t *testing.T) {
	pi := []float64{0.2, 0.7, 1, 0.8, 0.5, 0, 0.4, 0.15, 0.25}
	for _, d := range fixedSizeDesigns {
		t.Run(d.name, func(t *testing.T) {
			joint := d.joint(pi)
			simulate(len(pi), 20_000, func(rng *rand.Rand) []int { return d.draw(rng, pi) }).check(t, joint.At)
		})
	}
}

// TestUnequalDrawsOfLongList has 60 units with sizes as far apart as those of communes.
func TestUnequalDrawsOfLongList(t *testing.T) {
	pi := lognormalProbabilities(60, 12, 1.2)
	const draws = 4000
	for _, d := range fixedSizeDesigns {
		t.Run(d.name, func(t *testing.T) {
			f := simulate(len(pi), draws, func(rng *rand.Rand) []int { return d.draw(rng, pi) })
			want := pi
			if d.name == "Pareto" {
				want = sampling.ParetoInclusionProbabilities(pi)
			}
			for i, p := range want {
				got := float64(f.single[i]) / draws
				if !scalar.EqualWithinAbs(got, p, tolerance(p, draws, len(pi))) {
					t.Errorf("unit %d in %.4f of the draws, want %.4f", i, got, p)
				}
			}
		})
	}
}

// lognormalProbabilities are π for n of N units whose sizes have the standard deviation sd on the logarithmic scale.
func lognormalProbabilities(units, n int, sd float64) []float64 {
	rng := rand.New(rand.NewPCG(5, 5))
	size := make([]float64, units)
	for i := range size {
		size[i] = math.Exp(sd * rng.NormFloat64())
	}
	pi, err := sampling.InclusionProbabilities(size, n)
	if err != nil {
		panic(err)
	}
	return pi
}

// TestUnequalSample: whatever the sizes, a sample has n different units in ascending order, with the certain and
// without the impossible ones; π is left as it was, and the same seed draws the same.
func TestUnequalSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, positive := wholeSizes(t)
		n := rapid.IntRange(0, positive).Draw(t, "n")
		pi, err := sampling.InclusionProbabilities(size, n)
		if err != nil {
			t.Fatal(err)
		}
		seed, before := rapid.Uint64().Draw(t, "seed"), slices.Clone(pi)
		for _, d := range fixedSizeDesigns {
			s := d.draw(sampling.Source(seed, d.name), pi)
			if len(s) != n || !strictlyRising(s) {
				t.Fatalf("%s: sample %v, want %d units", d.name, s, n)
			}
			for i, p := range pi {
				if in := slices.Contains(s, i); p == 1 && !in || p == 0 && in {
					t.Fatalf("%s: unit %d with π = %v: drawn %v", d.name, i, p, in)
				}
			}
			if again := d.draw(sampling.Source(seed, d.name), pi); !slices.Equal(again, s) || !slices.Equal(pi, before) {
				t.Fatalf("%s: %v, then %v; π %v, then %v", d.name, s, again, before, pi)
			}
		}
	})
}

// TestJointProperties: Σ_l π_kl = n·π_k, as every sample has n units; 0 ≤ π_kl ≤ min(π_k, π_l); certain units come with
// all, impossible ones with none; and π_kl ≤ π_k·π_l where the design promises it.
func TestJointProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(0, 20), rapid.IntRange(0, 1_000_000)), 1, 12).Draw(t, "size")
		x, positive := make([]float64, len(size)), 0
		for i, s := range size {
			x[i] = float64(s)
			positive += min(s, 1)
		}
		n := rapid.IntRange(0, positive).Draw(t, "n")
		pi, err := sampling.InclusionProbabilities(x, n)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range fixedSizeDesigns {
			checkJoint(t, d, pi, float64(n))
		}
	})
}

func checkJoint(t *rapid.T, d fixedSizeDesign, pi []float64, n float64) {
	joint := d.joint(pi)
	for k, p := range pi {
		single, row := joint.At(k, k), 0.0
		if d.name != "Pareto" && single != p || p == 1 && single != 1 || p == 0 && single != 0 {
			t.Fatalf("%s: unit %d of π %v: %v", d.name, k, pi, single)
		}
		for l := range pi {
			both, other := joint.At(k, l), joint.At(l, l)
			row += both
			if both < 0 || both > min(single, other)+1e-15 || p == 1 && both != other {
				t.Fatalf("%s: units %d and %d of π %v: %v", d.name, k, l, pi, both)
			}
			if d.sen && k != l && both > single*other+1e-13 {
				t.Fatalf("%s: units %d and %d of π %v: %v > %v", d.name, k, l, pi, both, single*other)
			}
		}
		if !scalar.EqualWithinAbs(row, n*single, 1e-10) {
			t.Fatalf("%s: row %d of π %v adds up to %v, want %v", d.name, k, pi, row, n*single)
		}
	}
}

// TestUnequalEqual: with equal π all designs but the systematic ones are simple random sampling.
func TestUnequalEqual(t *testing.T) {
	for _, n := range []int{1, 3, 6, 7} {
		pi := slices.Repeat([]float64{float64(n) / 7}, 7)
		want := sampling.JointSRS(n, 7)
		for _, d := range fixedSizeDesigns[1:] {
			if got := d.joint(pi); !mat.EqualApprox(got, want, 1e-13) {
				t.Errorf("%s, %d of 7: %v, want %v", d.name, n, mat.Formatted(got), mat.Formatted(want))
			}
		}
	}
}

func TestUnequalEdges(t *testing.T) {
	for _, tt := range []struct {
		pi   []float64
		want []int // nil where chance decides
	}{
		{nil, []int{}},
		{[]float64{0}, []int{}},
		{[]float64{1}, []int{0}},
		{[]float64{1, 1, 1}, []int{0, 1, 2}},
		{[]float64{0, 0, 1, 0}, []int{2}},
		{[]float64{1, 1 - 1e-9, 0}, []int{0, 1}}, // whole but for 1e-9
		{[]float64{1e-9, 1, 1e-9}, []int{1}},
		{[]float64{0.5, 0.5}, nil},
		{[]float64{1e-7, 1 - 1e-7}, nil},
		{[]float64{0.5, 0.5, 1e-7, 1 - 1e-7}, nil},
		{[]float64{1 - 1e-7, 1 - 1e-7, 1e-7, 1e-7}, nil},
		{[]float64{1e-7, 0.3, 0.7 - 1e-7, 1, 0, 0.999, 0.001}, nil},
	} {
		for _, d := range fixedSizeDesigns {
			s, joint := d.draw(sampling.Source(1, ""), tt.pi), d.joint(tt.pi)
			if tt.want != nil && !slices.Equal(s, tt.want) {
				t.Errorf("%s, π %v: %v, want %v", d.name, tt.pi, s, tt.want)
			}
			if joint.SymmetricDim() != len(tt.pi) {
				t.Errorf("%s, π %v: joint %v", d.name, tt.pi, joint)
			}
			for k := range tt.pi {
				row, n := sum(mat.Row(nil, k, joint)), math.Round(sum(tt.pi))
				if !scalar.EqualWithinAbsOrRel(row, n*joint.At(k, k), 1e-8, 1e-8) {
					t.Errorf("%s, π %v: row %d adds up to %v", d.name, tt.pi, k, row)
				}
			}
		}
	}
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}

func TestUnequalPanics(t *testing.T) {
	for _, pi := range [][]float64{{-0.5, 0.5}, {1.5, 0.5}, {math.NaN(), 0.5}, {0.5, 0.6}, {1, 0.99999}} {
		for _, d := range fixedSizeDesigns[1:] {
			if !panics(func() { d.draw(sampling.Source(1, ""), pi) }) || !panics(func() { d.joint(pi) }) {
				t.Errorf("%s, π %v: no panic", d.name, pi)
			}
		}
	}
	if !panics(func() { sampling.JointSystematic([]float64{-0.5, 0.5}) }) || !panics(func() { sampling.JointSRS(4, 3) }) {
		t.Error("no panic")
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

// TestUnequalIsFixed pins samples of 5 of 200 units. A change here is another Algorithm.
func TestUnequalIsFixed(t *testing.T) {
	size := make([]float64, 200)
	for i := range size {
		size[i] = float64(7*i*i%1009 + 1)
	}
	pi, _ := sampling.InclusionProbabilities(size, 5)
	for name, want := range map[string][]int{
		"random systematic":   {29, 57, 115, 178, 184},
		"Tillé":               {12, 39, 49, 73, 178},
		"Midzuno":             {43, 53, 81, 84, 163},
		"Sampford":            {10, 55, 118, 129, 191},
		"conditional Poisson": {10, 22, 56, 92, 189},
		"Pareto":              {56, 72, 88, 116, 127},
	} {
		got := designNamed(t, name).draw(sampling.Source(2024, name), pi)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	s, err := sampling.RaoHartleyCochran(sampling.Source(2024, "Rao-Hartley-Cochran"), size, 5)
	if want := []int{31, 79, 84, 155, 176}; err != nil || !slices.Equal(s.Units, want) {
		t.Errorf("Rao-Hartley-Cochran: %v, %v, want %v", s.Units, err, want)
	}
}

// TestPairs: single pairs and chosen units are those of the whole matrix.
func TestPairs(t *testing.T) {
	pi := []float64{0.2, 0.7, 1, 0.8, 0.5, 0, 0.4, 0.4}
	for name, pairs := range map[string]func([]float64) sampling.Pairs{
		"systematic": sampling.PairsSystematic, "random systematic": sampling.PairsRandomSystematic,
		"Tillé": sampling.PairsTille, "Midzuno": sampling.PairsMidzuno, "Sampford": sampling.PairsSampford,
		"conditional Poisson": sampling.PairsConditionalPoisson, "Pareto": sampling.PairsPareto,
	} {
		all, p, chosen := designNamed(t, name).joint(pi), pairs(pi), []int{7, 2, 0, 5}
		among := p.Among(chosen)
		for a, i := range chosen {
			for b, j := range chosen {
				if want := all.At(i, j); p.At(i, j) != want || among.At(a, b) != want {
					t.Errorf("%s, units %d and %d: %v and %v, want %v", name, i, j, p.At(i, j), among.At(a, b), want)
				}
			}
		}
	}
}

func ExampleConditionalPoisson() {
	households := []float64{210, 1830, 95, 640, 410, 12_400, 330, 720} // of communes, in order of code
	pi, _ := sampling.InclusionProbabilities(households, 4)
	sample := sampling.ConditionalPoisson(sampling.Source(1, "communes"), pi)
	joint := sampling.PairsConditionalPoisson(pi).Among(sample)
	fmt.Println(sample)
	fmt.Printf("%.4f\n", mat.Formatted(joint))
	// Output:
	// [0 1 5 7]
	// ⎡0.1746  0.1746  0.1746  0.0654⎤
	// ⎢0.1746  1.0000  1.0000  0.5988⎥
	// ⎢0.1746  1.0000  1.0000  0.5988⎥
	// ⎣0.0654  0.5988  0.5988  0.5988⎦
}
