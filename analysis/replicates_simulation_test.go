package analysis_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/stat"
)

// twoStages is a sample of strata with 2, 3 and 6 PSUs of 4, 7 and 40, none a whole part of its frame, with some of
// the units of each PSU.
func twoStages(further bool) clustered {
	rng := rand.New(rand.NewPCG(3, 1))
	var c clustered
	first, second := analysis.StageColumns{}, analysis.StageColumns{}
	for h, n := range []int{2, 3, 6} {
		for psu := range n {
			size := 4 + rng.IntN(5)
			for unit := range 2 + rng.IntN(3) {
				first.Stratum, first.Unit = append(first.Stratum, int32(h)), append(first.Unit, int32(10*h+psu))
				first.Population = append(first.Population, []float64{4, 7, 40}[h])
				second.Unit = append(second.Unit, int32(unit))
				second.Population = append(second.Population, float64(size))
				c.Weights, c.y = append(c.Weights, 1+rng.Float64()), append(c.y, rng.ExpFloat64()*float64(1+psu))
			}
		}
	}
	c.Rows, c.Stages = len(c.y), []analysis.StageColumns{first}
	if further {
		c.Stages = append(c.Stages, second)
	}
	return c
}

// TestBootstrapsAreUnbiased holds bootstrap variances of a total from very many replicates against the linearised one,
// which is their mean over the draws. R replicates give it with the relative error √((κ-1)/R), κ the kurtosis of the
// replicates; five such errors are passed by chance once in 1.7 million times a method.
func TestBootstrapsAreUnbiased(t *testing.T) {
	const replicates = 100_000
	for name, tt := range map[string]struct {
		further, counts bool
		method          func(int, *rand.Rand) analysis.ReplicateMethod
	}{
		"Rao-Wu":               {false, true, analysis.RaoWu},
		"Rao-Wu, no counts":    {false, false, analysis.RaoWu},
		"Canty-Davison":        {false, true, analysis.CantyDavison},
		"Canty-Davison, no":    {false, false, analysis.CantyDavison},
		"Preston, two stages":  {true, true, analysis.Preston},
		"Preston, first stage": {false, false, analysis.Preston},
	} {
		c := twoStages(tt.further)
		if !tt.counts {
			c.Stages[0].Population = nil
		}
		s := newSample(t, c.SampleColumns)
		total := analysis.TotalOf(c.y)
		r := mustReplicate(t, s, tt.method(replicates, rand.New(rand.NewPCG(5, 6))))
		theta := make([]float64, replicates)
		for n := range theta {
			theta[n] = total.Values(r.ReplicateWeights(n))[0]
		}
		want, got := s.Estimate(total, nil).Cov.At(0, 0), r.Totals(c.y, make([]int32, c.Rows), 1)[0].SE
		off := 5 * math.Sqrt((stat.ExKurtosis(theta, nil)+2)/replicates)
		if math.Abs(got*got/want-1) > off {
			t.Errorf("%s: variance %v, linearised %v: off by more than %v of it", name, got*got, want, off)
		}
	}
}

// A smallPopulation has strata of PSUs of units.
type smallPopulation [][][]float64

// draw takes n[h] PSUs of every stratum and two units of each PSU, without replacement.
func (p smallPopulation) draw(rng *rand.Rand, n []int) clustered {
	var c clustered
	first, second := analysis.StageColumns{}, analysis.StageColumns{}
	for h, psus := range p {
		for _, i := range rng.Perm(len(psus))[:n[h]] {
			for _, j := range rng.Perm(len(psus[i]))[:2] {
				first.Stratum, first.Unit = append(first.Stratum, int32(h)), append(first.Unit, int32(10*h+i))
				first.Population = append(first.Population, float64(len(psus)))
				second.Unit = append(second.Unit, int32(j))
				second.Population = append(second.Population, float64(len(psus[i])))
				c.y = append(c.y, psus[i][j])
			}
		}
	}
	c.Rows, c.Stages = len(c.y), []analysis.StageColumns{first, second}
	return c
}

// variance is that of the total over all samples, of both stages.
//
// Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, result 4.3.1.
func (p smallPopulation) variance(n []int) (v float64) {
	for h, psus := range p {
		of, take := float64(len(psus)), float64(n[h])
		var totals []float64
		for _, units := range psus {
			size, total := float64(len(units)), 0.0
			for _, y := range units {
				total += y
			}
			totals = append(totals, total)
			v += of / take * size * size * (1 - 2/size) * stat.Variance(units, nil) / 2
		}
		v += of * of * (1 - take/of) * stat.Variance(totals, nil) / take
	}
	return v
}

// TestPrestonOfTwoStages draws from a small population again and again: the mean of the bootstrap variances is the
// variance of the total, which is known. Five standard errors of the mean are passed by chance once in 1.7 million
// times.
func TestPrestonOfTwoStages(t *testing.T) {
	const draws, replicates = 3000, 30
	rng := rand.New(rand.NewPCG(11, 4))
	p, n := smallPopulation{}, []int{2, 3}
	for h, psus := range []int{4, 7} {
		p = append(p, nil)
		for range psus {
			units, level := make([]float64, 3+rng.IntN(4)), 10*rng.Float64()
			for j := range units {
				units[j] = level + 10*rng.Float64()
			}
			p[h] = append(p[h], units)
		}
	}
	v := make([]float64, draws)
	for d := range v {
		c := p.draw(rng, n)
		r := mustReplicate(t, newSample(t, c.SampleColumns), analysis.Preston(replicates, rng))
		v[d] = r.Estimate(analysis.TotalOf(c.y), nil).Cov.At(0, 0)
	}
	mean, sd := stat.MeanStdDev(v, nil)
	if want, se := p.variance(n), sd/math.Sqrt(draws); math.Abs(mean-want) > 5*se {
		t.Errorf("mean of variances %v, with a standard error of %v; the variance is %v", mean, se, want)
	}
}

// TestSuccessiveDifferencesOfSystematicSamples draws every k-th unit of populations that go round once, y = g + e, g =
// A sin(2π i/N), e independent with variance σ². A sample has g in full, so that the error of the total is from e
// alone,
//
//	E(t̂ - Y)² = (1-f) k² n σ²,  E v = (1-f) k² (n σ² + ½ Σ Δg²)
//
// with what g changes from one unit of the sample to the next: little here, where the linearised variance, which takes
// the sample for a simple random one, has all of g. Five standard errors of a mean are passed by chance once in 1.7
// million times.
func TestSuccessiveDifferencesOfSystematicSamples(t *testing.T) {
	const n, k, draws, amplitude, sigma = 60, 10, 2000, 10.0, 5.0
	rng := rand.New(rand.NewPCG(2, 8))
	g := func(i int) float64 { return amplitude * math.Sin(2*math.Pi*float64(i)/(n*k)) }
	c := clustered{SampleColumns: analysis.SampleColumns{Rows: n, Stages: []analysis.StageColumns{
		{Unit: make([]int32, n), Population: make([]float64, n)},
	}}}
	steps := 0.0
	for i := range n {
		c.Stages[0].Unit[i], c.Stages[0].Population[i] = int32(i), n*k
		steps += math.Pow(g((i+1)*k)-g(i*k), 2) / 2
	}
	s := newSample(t, c.SampleColumns)
	r := mustReplicate(t, s, analysis.SuccessiveDifference(n+1))
	squares, v, simple := make([]float64, draws), make([]float64, draws), 0.0
	y := make([]float64, n)
	for d := range draws {
		start, whole := rng.IntN(k), 0.0
		for i := range n * k {
			value := g(i) + sigma*rng.NormFloat64()
			if whole += value; i%k == start {
				y[i/k] = value
			}
		}
		e := r.Estimate(analysis.TotalOf(y), nil)
		squares[d], v[d] = math.Pow(e.Values[0]-whole, 2), e.Cov.At(0, 0)
		simple += s.Estimate(analysis.TotalOf(y), nil).Cov.At(0, 0) / draws
	}
	noise := (1 - 1.0/k) * k * k * n * sigma * sigma
	within := func(what string, values []float64, want float64) {
		if mean, sd := stat.MeanStdDev(values, nil); math.Abs(mean-want) > 5*sd/math.Sqrt(draws) {
			t.Errorf("%s: mean %v, with a standard error of %v; want %v", what, mean, sd/math.Sqrt(draws), want)
		}
	}
	within("squared errors", squares, noise)
	within("variances", v, noise+(1-1.0/k)*k*k*steps)
	if simple < 2*noise {
		t.Errorf("the linearised variance is %v: nothing for successive differences to gain on %v", simple, noise)
	}
}
