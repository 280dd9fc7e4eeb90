package reference

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

func init() { statistics["contrast"] = contrasted }

// A contrastTarget is what entries on contrasts ask for: coefficients or expressions, one or several with names.
type contrastTarget struct {
	Coef  []float64
	Coefs map[string]map[string]float64
	Expr  string
	Exprs map[string]string
}

// contrasted compares contrasts of means, or of means by domain.
func contrasted(e *entry, s *survey, want target) outcome {
	if odd := strangers(want.fields, "stat", "vars", "by", "factor", "coef", "coefs", "expr", "exprs"); odd != nil {
		return unsupported("%s with %s", want.Stat, strings.Join(odd, ", "))
	}
	var c contrastTarget
	e.into("target", &c)
	names, means := contrastedMeans(s, want)
	f := newFigures(e, "design", "target")
	labels, est, err := c.apply(names, means, want.fields)
	f.hold(err)
	if f.err == nil {
		f.looked = append(f.looked, "labels")
		f.estimates(s, labels, est)
	}
	return f.outcome()
}

func contrastedMeans(s *survey, want target) (names []string, means *analysis.Estimates) {
	labels, columns := want.columns(s.t, s.domain)
	st := analysis.MeanOf(columns...)
	if len(want.By) == 0 {
		return labels, s.Estimate(st, s.domain)
	}
	var domains [][]bool
	for _, g := range s.t.groups(want.By, s.domain) {
		names, domains = append(names, g.label), append(domains, g.rows)
	}
	return names, s.Estimate(analysis.ByDomain(st, domains...), s.domain)
}

// apply gives the contrasts of means, with their labels. Fields are those of the target, in which labels have an order.
func (c contrastTarget) apply(
	names []string, means *analysis.Estimates, fields map[string]json.RawMessage,
) (labels []string, est *analysis.Estimates, err error) {
	switch {
	case c.Coef != nil:
		return []string{"contrast"}, means.Contrasts(c.Coef), nil
	case c.Coefs != nil:
		labels = keys(fields["coefs"])
		var rows [][]float64
		for _, l := range labels {
			row := make([]float64, len(names))
			for i, n := range names {
				row[i] = c.Coefs[l][n]
			}
			rows = append(rows, row)
		}
		return labels, means.Contrasts(rows...), nil
	}
	labels = []string{"contrast"}
	texts := []string{c.Expr}
	if c.Exprs != nil {
		labels, texts = keys(fields["exprs"]), nil
		for _, l := range labels {
			texts = append(texts, c.Exprs[l])
		}
	}
	var expressions []*analysis.Expression
	for _, text := range texts {
		expression, err := analysis.ParseExpression(text)
		if err != nil {
			return nil, nil, err
		}
		expressions = append(expressions, expression)
	}
	est, err = means.Functions(names, expressions...)
	return labels, est, err
}

// keys are those of an object in the order in which they stand.
func keys(object json.RawMessage) (out []string) {
	d := json.NewDecoder(bytes.NewReader(object))
	must(d.Token())
	for d.More() {
		out = append(out, must(d.Token()).(string))
		var skipped json.RawMessage
		mustSucceed(d.Decode(&skipped))
	}
	return out
}
