package reference

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/concord-stat/concord/analysis"
	"gonum.org/v1/gonum/mat"
)

// unequalVariances holds the estimators of R sampling for one variable against ours.
func unequalVariances(e *entry) outcome {
	var in struct {
		Dataset, Y string
		Pik        string   `json:"pik_column"`
		Joint      string   `json:"joint_file"`
		Ratio      []string `json:"ratio_vars"`
		N          float64
	}
	e.inputs(&in)
	t := readTable(e.path(in.Dataset))
	y, pi := t.numbers(in.Y), t.numbers(in.Pik)
	joint := readJoint(e.path(in.Joint))
	f := newFigures(e, "y", "pik_column", "joint_file", "ratio_vars", "N", "deville1_def", "deville2_def")
	f.number("total", analysis.HorvitzThompsonTotal(y, pi))
	f.number("hajek_total", analysis.HajekTotal(y, pi, in.N))
	f.number("hajek_mean", analysis.HajekMean(y, pi))
	f.number("var_ht", must(analysis.HorvitzThompson(joint))(y, y, pi))
	f.number("var_yates_grundy", must(analysis.YatesGrundy(joint))(y, y, pi))
	f.number("varest", analysis.Deville(y, y, pi))
	f.number("deville1", analysis.Hajek(y, y, pi))
	f.number("deville2", analysis.Deville(y, y, pi))
	if len(in.Ratio) == 2 {
		f.taylorRatio(t.numbers(in.Ratio[0]), t.numbers(in.Ratio[1]), pi, joint)
	}
	return f.outcome()
}

// taylorRatio compares a ratio and its Horvitz–Thompson variance.
func (f *figures) taylorRatio(y, x, pi []float64, joint mat.Symmetric) {
	design := must(analysis.NewUnequalDesign(pi, must(analysis.HorvitzThompson(joint))))
	ratio := design.Estimate(analysis.RatioOf(y, x), nil).At(0)
	var want map[string]json.RawMessage
	f.field("vartaylor_ratio", &want, func() error {
		of := newFigures(&entry{fields: want, tolerance: f.e.tolerance})
		of.number("ratio", ratio.Value)
		of.number("estvar", ratio.SE*ratio.SE)
		if err := of.all(); err != nil {
			return fmt.Errorf("vartaylor_ratio: %w", err)
		}
		return nil
	})
}

// readJoint reads a table of joint inclusion probabilities: one column a unit, in the order of the rows.
func readJoint(path string) *mat.SymDense {
	t := readTable(path)
	joint := mat.NewSymDense(t.rows, nil)
	for l, name := range t.names {
		for k, v := range t.numbers(name) {
			if seen := joint.At(k, l); k < l && math.Abs(seen-v) > 1e-12 {
				panic(fmt.Sprintf("%s: %v and %v for one pair", path, seen, v))
			}
			joint.SetSym(k, l, v)
		}
	}
	return joint
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func init() { designKinds["pps"] = unequalDesign }

// ppsDesign is the design of an entry with unequal probabilities.
type ppsDesign struct {
	Pik, Method string
	Joint       string  `json:"joint_file"`
	MeanSquare  float64 `json:"hr_sum_pi2"` // Σ π²/n over the population
}

// covariance is ours for the method, nil where we have none.
func (d *ppsDesign) covariance(e *entry) analysis.Covariance {
	switch d.Method {
	case "joint_HT":
		return must(analysis.HorvitzThompson(readJoint(e.path(d.Joint))))
	case "joint_YG":
		return must(analysis.YatesGrundy(readJoint(e.path(d.Joint))))
	case "brewer":
		return analysis.Brewer
	case "overton":
		return analysis.Overton
	case "HR_pop":
		return analysis.HartleyRao(d.MeanSquare)
	case "HR_sample":
		return analysis.HartleyRao(0)
	}
	return nil
}

// unequalDesign makes the survey of a design with unequal probabilities.
func unequalDesign(e *entry, fields map[string]json.RawMessage, t *table) (analysis.Survey, string) {
	if odd := strangers(fields, "name", "kind", "pik", "joint_file", "method", "hr_sum_pi2", "r_call"); odd != nil {
		return nil, fmt.Sprintf("design with %v", odd)
	}
	var d ppsDesign
	mustSucceed(json.Unmarshal(encode(fields), &d))
	covariance := d.covariance(e)
	if covariance == nil {
		return nil, "method " + d.Method
	}
	return must(analysis.NewUnequalDesign(t.numbers(d.Pik), covariance)), ""
}

func rows(m mat.Matrix) [][]float64 {
	n, _ := m.Dims()
	out := make([][]float64, n)
	for i := range out {
		out[i] = mat.Row(nil, i, m)
	}
	return out
}
