package reference

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/concord-stat/concord/analysis"
)

func init() {
	register("replicates", surveyEntry)
	designKinds["replicate"] = replicate
	statistics["proportion"] = func(e *entry, _ *survey, _ target) outcome { return designProportions(e) }
}

// A replicateDesign is a design of replicate weights as entries write it.
type replicateDesign struct {
	Type    string
	Scale   float64
	MSE     bool
	Count   *int      `json:"n_replicates"`
	RScales []float64 `json:"rscales_distinct"`
	Sum     *float64  `json:"rscales_sum"`
	File    string    `json:"repweights_file"`
	Rho     float64   `json:"fay_rho"`
}

// replicate reads weights of a file, or makes those that are a matter of the design alone. Where there is a file ours
// are made all the same: their number and scales must be those of the entry. Of balanced ones the variances of totals
// must be those of the file: the matrix of signs may be another, and of a lower order.
func replicate(e *entry, fields map[string]json.RawMessage, t *table) (analysis.Survey, string) {
	odd := strangers(fields, "name", "kind", "base", "type", "mse", "n_replicates", "scale", "rscales_distinct",
		"rscales_sum", "repweights_file", "fay_rho", "r_call", "seed", "domain")
	if odd != nil {
		return nil, fmt.Sprintf("replicates with %v", odd)
	}
	var d replicateDesign
	text, err := json.Marshal(fields)
	mustSucceed(err)
	mustSucceed(json.Unmarshal(text, &d))
	of := nestedDesign(fields, "base")
	if d.balanced() && string(of["weights"]) != "null" {
		delete(of, "fpc") // R drops it here, where ours would shorten the steps
	}
	base, cannot := readDesign(e, of, t)
	if cannot != "" {
		return nil, cannot
	}
	sample, ok := base.(*analysis.Sample)
	if !ok {
		return nil, "replicates of a design that is no sample"
	}
	if d.File != "" {
		return d.given(e, sample, t), ""
	}
	method := d.method()
	if method == nil {
		return nil, "replicates of type " + d.Type
	}
	r := d.made(sample, method)
	mustSucceed(d.agrees(e, r))
	return r, ""
}

// given are the weights of the file. Ours are made all the same, where ours has the type.
func (d replicateDesign) given(e *entry, sample *analysis.Sample, t *table) *analysis.Replicates {
	r := d.read(e, sample, readTable(e.path(d.File)))
	mustSucceed(d.agrees(e, r))
	method := d.method()
	if method == nil {
		return r
	}
	switch ours := d.made(sample, method); {
	case d.balanced():
		mustSucceed(sameTotals(r, ours, t))
		if a, b := r.Scale()*float64(r.Len()), ours.Scale()*float64(ours.Len()); !e.tolerance.near(b, a) {
			panic(fmt.Sprintf("scale of a single replicate %v, want %v", b, a))
		}
	case d.Type != "bootstrap" || sample.Strata() == 1:
		// R's bootstrap has one scale by the harmonic mean of the sizes of strata, where ours is right in each: they
		// are the same in a single one.
		mustSucceed(d.agrees(e, ours))
	}
	return r
}

func (d replicateDesign) balanced() bool { return d.Type == "BRR" || d.Type == "Fay" }

// made are replicates by a method of ours.
func (d replicateDesign) made(sample *analysis.Sample, method analysis.ReplicateMethod) *analysis.Replicates {
	r, err := sample.Replicates(method)
	mustSucceed(err)
	if d.MSE {
		r = r.AboutEstimate()
	}
	return r
}

// method is ours of the type. Weights that are drawn are so from a seed of ours.
func (d replicateDesign) method() analysis.ReplicateMethod {
	rng, n := rand.New(rand.NewPCG(1, 2)), 2
	if d.Count != nil {
		n = *d.Count
	}
	switch d.Type {
	case "JK1":
		return analysis.JK1()
	case "JKn":
		return analysis.JKn()
	case "BRR":
		return analysis.BRR()
	case "Fay":
		return analysis.Fay(d.Rho)
	case "bootstrap":
		return analysis.CantyDavison(n, rng)
	case "subbootstrap":
		return analysis.RaoWu(n, rng)
	case "mrbbootstrap":
		return analysis.Preston(n, rng)
	}
	return nil
}

// read are the weights of a file.
func (d replicateDesign) read(e *entry, sample *analysis.Sample, weights *table) *analysis.Replicates {
	c := analysis.ReplicateColumns{Weights: sample.Weights(), Scale: d.Scale, AboutEstimate: d.MSE}
	for _, name := range weights.names {
		c.Combined = append(c.Combined, weights.numbers(name))
		c.RScales = append(c.RScales, d.RScales[0])
	}
	if len(d.RScales) > 1 {
		c.RScales = d.scales(e, sample, c.Combined)
	}
	r, err := analysis.GivenReplicates(c)
	mustSucceed(err)
	return r
}

// scales are those of ours with the same weights: a file does not say which replicate has which scale.
func (d replicateDesign) scales(e *entry, sample *analysis.Sample, combined [][]float64) []float64 {
	if d.Type != "JKn" {
		panic("which replicate of the file has which scale is not said")
	}
	ours := d.made(sample, analysis.JKn())
	scales := make([]float64, len(combined))
	for r, column := range combined {
		k := 0
		for e.tolerance.vector("", ours.ReplicateWeights(k), numbersOf(column)) != nil {
			if k++; k == ours.Len() {
				panic(fmt.Sprintf("replicate %d of the file leaves out no PSU", r+1))
			}
		}
		scales[r] = ours.RScales()[k]
	}
	return scales
}

// agrees holds the number and the scales of replicates against those of the entry.
func (d replicateDesign) agrees(e *entry, r *analysis.Replicates) error {
	within := e.tolerance
	if d.Count != nil && r.Len() != *d.Count {
		return fmt.Errorf("%d replicates, want %d", r.Len(), *d.Count)
	}
	if !within.near(r.Scale(), d.Scale) {
		return fmt.Errorf("scale = %v, want %v", r.Scale(), d.Scale)
	}
	distinct, total := slices.Clone(r.RScales()), 0.0
	for _, b := range distinct {
		total += b
	}
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	if d.RScales != nil {
		if err := within.vector("rscales_distinct", distinct, numbersOf(d.RScales)); err != nil {
			return err
		}
	}
	if d.Sum != nil && !within.near(total, *d.Sum) {
		return fmt.Errorf("rscales_sum = %v, want %v", total, *d.Sum)
	}
	return nil
}

func numbersOf(v []float64) []number {
	out := make([]number, len(v))
	for i, x := range v {
		out[i] = number(x)
	}
	return out
}

// sameTotals holds variances of totals, of the weights themselves and of all columns of numbers, against each other.
func sameTotals(a, b *analysis.Replicates, t *table) error {
	for _, name := range t.names {
		y, err := parseNumbers(t.text(name))
		if err != nil {
			continue
		}
		want, got := a.Estimate(analysis.TotalOf(y), nil).SE(0), b.Estimate(analysis.TotalOf(y), nil).SE(0)
		if !(tolerance{Rel: 1e-10}).near(got, want) {
			return fmt.Errorf("standard error of the total of %s by our signs: %v, by the file's %v", name, got, want)
		}
	}
	return nil
}
