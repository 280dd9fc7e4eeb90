package analysis

import "fmt"

// A ResponseFit is what is to be known of weights for response.
type ResponseFit struct {
	Propensity []float64 // by row: the probability to answer that was estimated

	// Classes, Rates and Respondents are by class: its name, the weighted share of its rows that answered, and how many
	// did.
	Classes     []string
	Rates       []float64
	Respondents []int64

	// Columns and Coefficients are those of a logistic model: log(p/(1-p)) = x'γ. Columns told by others are left out.
	Columns      []string
	Coefficients []float64
	Iterations   int
}

// RespondByClass gives the sample with the weights of those who answered divided by the weighted share of their class
// that did,
//
//	w = d / p,  p = Σ d over the respondents of the class / Σ d over the class
//
// and those of the others 0. The sample holds both, responded[i] tells which; class[i] is the class of row i. The
// values of those who did not answer are not looked at.
//
// Response is taken as chance that is alike within a class. Variances take in that the rates were estimated, by
// linearised values of all rows of the sample: see RespondByModel, of which classes are the case of one factor. They
// take response for a trait of the population; what its own chance adds is left out, which is small where sampling
// fractions are.
//
// The error names classes in which nobody answered. It panics where a slice has another length, or a class has no name.
//
// Särndal and Lundström (2005), Estimation in Surveys with Nonresponse, chapter 6; Shao and Steel (1999), Journal of
// the American Statistical Association 94:254-265.
func (s *Sample) RespondByClass(responded []bool, class []int32, names []string) (*Sample, *ResponseFit, error) {
	mustAnswer(responded, s.Rows())
	c := Calibration{Terms: []Term{{Name: "all", Totals: make([]float64, len(names))}}, Part: class, Parts: names}
	c.mustFit(s.Rows())
	fit := &ResponseFit{Classes: names, Respondents: make([]int64, len(names))}
	for i, r := range responded {
		if r {
			fit.Respondents[class[i]]++
		}
	}
	whole := sumByCell(s.weights, class, len(names))
	for h, answered := range sumByCell(inDomain(s.weights, responded), class, len(names)) {
		fit.Rates = append(fit.Rates, answered/whole[h])
		if whole[h] > 0 && answered == 0 {
			return nil, nil, fmt.Errorf("analysis: nobody of class %q answered: join it to another", names[h])
		}
	}
	p, err := newProfiles(&c, s.Rows())
	if err != nil {
		return nil, nil, err
	}
	fit.Propensity = make([]float64, s.Rows())
	for i := range fit.Propensity {
		fit.Propensity[i] = fit.Rates[class[i]]
	}
	return s.responding(responded, fit.Propensity, p), fit, nil
}

// RespondByModel gives the sample with the weights of those who answered divided by their probability to answer, from a
// logistic model fitted with the weights d there were,
//
//	w = d / p,  log(p/(1-p)) = x'γ,  Σ d (R-p) x = 0
//
// R is 1 for those who answered and else 0. x are the columns of the terms, whose totals are not looked at; they are
// known for all rows. A term without values is the intercept. With the classes of one factor it is RespondByClass.
//
// Variances take in that γ was estimated: the weighted linearised value of a row is
//
//	wRu - d(R-p) x'B,  B = (Σ d p(1-p) x x')⁻¹ Σ wR(1-p) x u
//
// The rest is as in RespondByClass. The error says that a term tells in full who answered, or what is wrong with a
// term.
//
// Kim and Kim (2007), Canadian Journal of Statistics 35:501-514.
func (s *Sample) RespondByModel(responded []bool, terms []Term) (*Sample, *ResponseFit, error) {
	mustAnswer(responded, s.Rows())
	c := Calibration{}
	for _, t := range terms {
		t.Totals = make([]float64, t.levels())
		c.Terms = append(c.Terms, t)
	}
	k, err := NewCalibrator(c, s.Rows())
	if err != nil {
		return nil, nil, err
	}
	fit, err := k.propensity(s.weights, responded)
	if err != nil {
		return nil, nil, err
	}
	return s.responding(responded, fit.Propensity, k.profiles), fit, nil
}

// propensity fits a logistic model. Its likelihood is the dual of a calibration: the totals of the respondents are hit
// by d·p, p logistic.
func (k *Calibrator) propensity(d []float64, responded []bool) (*ResponseFit, error) {
	p := k.profiles
	weights := sumByCell(d, p.of, len(p.q))
	whole := p.part(0, weights, make([]float64, p.p))
	whole.target = whole.totals(sumByCell(inDomain(d, responded), p.of, len(p.q)))
	of := newBasis(whole)
	b := whole.reduced(of.columns, of.scale)
	model := &dualProblem{b: b, f: distance{method: logisticResponse, upper: 1}}
	solved := model.solve(make([]float64, b.columns()), 100)
	if !solved.converged() {
		return nil, fmt.Errorf("analysis: no end to the model of response after %d steps: a term tells in full who answered",
			solved.iterations)
	}
	fit := &ResponseFit{Propensity: make([]float64, len(d)), Iterations: solved.iterations}
	for n, j := range of.columns {
		fit.Columns = append(fit.Columns, k.names[j])
		fit.Coefficients = append(fit.Coefficients, solved.lambda[n]/of.scale[n])
	}
	for i, at := range p.of {
		// An end that lies at infinity is come to within rounding.
		if fit.Propensity[i] = solved.g[at]; fit.Propensity[i] < 1e-9 {
			return nil, fmt.Errorf("analysis: by the model row %d had no chance to answer: a term tells in full who answered", i)
		}
	}
	return fit, nil
}

// responding is the sample with the weights of respondents divided by p.
func (s *Sample) responding(responded []bool, p []float64, of *profiles) *Sample {
	w, take, give := make([]float64, s.Rows()), make([]float64, s.Rows()), make([]float64, s.Rows())
	spread := make([]float64, s.Rows())
	for i, d := range s.weights {
		r := 0.0
		if responded[i] {
			r, w[i], give[i] = 1, d/p[i], 1-p[i]
		}
		take[i] = d * (r - p[i])
		spread[i] = d * p[i] * (1 - p[i])
	}
	m := sumByCell(spread, of.of, len(of.q))
	return s.adjusted(w, newRegressionStep(of, m, take, give))
}

func mustAnswer(responded []bool, rows int) {
	if len(responded) != rows {
		panic(fmt.Sprintf("analysis: %d answers for a sample of %d rows", len(responded), rows))
	}
}
