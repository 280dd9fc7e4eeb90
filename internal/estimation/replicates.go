package estimation

import (
	"errors"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/microdata"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/sampling"
)

// replication is what --replicates asks for: a method that makes replicate weights, or columns that have them.
type replication struct {
	method  analysis.ReplicateMethod
	columns []string
	scale   float64 // of columns
}

// replicateHelp says what --replicates can be.
const replicateHelp = "want jk1, jkn, brr, fay:RHO, bootstrap:R:SEED, raowu:R:SEED, preston:R:SEED or sdr:R, " +
	"or columns and what they are, " +
	"such as rw*:brr, rw*:fay:0.3, rw*:jk1, rw*:bootstrap, rw*:sdr or rw*:SCALE"

// parseReplication reads a method, or a pattern of columns with what says how their deviations become a variance. A
// first word that is a method and a column, too, is the method.
func parseReplication(text string, columns []string) (*replication, error) {
	words := strings.Split(text, ":")
	if method, err := parseMethod(words); method != nil || err != nil {
		return &replication{method: method}, err
	}
	r := &replication{}
	for _, c := range columns {
		if ok, err := path.Match(words[0], c); err != nil {
			return nil, fmt.Errorf("--replicates %q: %w", text, err)
		} else if ok {
			r.columns = append(r.columns, c)
		}
	}
	if len(words) < 2 {
		return nil, fmt.Errorf("--replicates %q: %s", text, replicateHelp)
	}
	if len(r.columns) < 2 {
		return nil, fmt.Errorf("--replicates %q: %d columns of the file are called so; two are the least", text,
			len(r.columns))
	}
	var err error
	r.scale, err = scaleOf(words[1:], float64(len(r.columns)))
	return r, err
}

// parseMethod gives no method where the first word is none.
func parseMethod(words []string) (analysis.ReplicateMethod, error) {
	switch name := words[0]; name {
	case "jk1":
		return analysis.JK1(), noMore(words, 1)
	case "jkn":
		return analysis.JKn(), noMore(words, 1)
	case "brr":
		return analysis.BRR(), noMore(words, 1)
	case "fay":
		rho, err := shrinkage(words)
		if err != nil {
			return nil, err
		}
		return analysis.Fay(rho), nil
	case "sdr":
		n, err := wholeWord(words, 1, 2)
		if err != nil {
			return nil, err
		}
		return analysis.SuccessiveDifference(n), noMore(words, 2)
	case "bootstrap", "raowu", "preston":
		return bootstrap(words)
	}
	return nil, nil
}

// bootstrap reads a method that draws: its replicates, and its seed.
func bootstrap(words []string) (analysis.ReplicateMethod, error) {
	n, err := wholeWord(words, 1, 2)
	if err != nil {
		return nil, err
	}
	if len(words) != 3 {
		return nil, fmt.Errorf("--replicates %s: the seed is missing: choose one, as in %s:%d:1; "+
			"who knows it can draw the replicates again", words[0], words[0], n)
	}
	seed, err := strconv.ParseUint(words[2], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("--replicates %s: the seed %q is not a whole number", words[0], words[2])
	}
	rng := sampling.Source(seed, "replicates "+words[0])
	switch words[0] {
	case "raowu":
		return analysis.RaoWu(n, rng), nil
	case "preston":
		return analysis.Preston(n, rng), nil
	}
	return analysis.CantyDavison(n, rng), nil
}

func noMore(words []string, n int) error {
	if len(words) > n {
		return fmt.Errorf("--replicates %s: %q is one too many", words[0], words[n])
	}
	return nil
}

// wholeWord is a whole number of at least so much among the words.
func wholeWord(words []string, at, least int) (int, error) {
	if len(words) <= at {
		return 0, fmt.Errorf("--replicates %s: how many? %s", words[0], replicateHelp)
	}
	n, err := strconv.Atoi(words[at])
	if err != nil || n < least || n > maxReplicates {
		return 0, fmt.Errorf("--replicates %s: %q is not a whole number from %d to %d", words[0], words[at], least,
			maxReplicates)
	}
	return n, nil
}

const maxReplicates = 100_000

// shrinkage is the factor of Fay's method.
func shrinkage(words []string) (float64, error) {
	if len(words) != 2 {
		return 0, errors.New("--replicates fay: want a factor, such as fay:0.3")
	}
	rho, err := strconv.ParseFloat(words[1], 64)
	if err != nil || !(rho >= 0 && rho < 1) {
		return 0, fmt.Errorf("--replicates fay: the factor %q is not a number from 0 to below 1", words[1])
	}
	return rho, nil
}

// scaleOf is what the sum of squares over n replicates is multiplied by.
func scaleOf(words []string, n float64) (float64, error) {
	switch words[0] {
	case "brr":
		return 1 / n, noMore(words, 1)
	case "bootstrap":
		return 1 / (n - 1), noMore(words, 1)
	case "jk1":
		return (n - 1) / n, noMore(words, 1)
	case "sdr":
		return 4 / n, noMore(words, 1)
	case "fay":
		rho, err := shrinkage(words)
		return 1 / (n * (1 - rho) * (1 - rho)), err
	}
	scale, err := strconv.ParseFloat(words[0], 64)
	if err != nil || !(scale > 0) || math.IsInf(scale, 1) {
		return 0, fmt.Errorf("--replicates: %q is neither a kind of replicates nor a scale above 0; %s", words[0],
			replicateHelp)
	}
	return scale, noMore(words, 1)
}

// replicates are those of a sample, by what was asked for. What is wrong is added to found.
func (r *request) replicates(
	s *analysis.Sample, found *problems.List, t *microdata.Table,
) (*analysis.Replicates, error) {
	made, err := s.Replicates(r.replication.method)
	var bad *analysis.SampleError
	if errors.As(err, &bad) {
		r.translate(bad, t, found)
		return nil, nil
	}
	if err == nil && r.AboutEstimate {
		made = made.AboutEstimate()
	}
	return made, err
}

// given are the replicates of the columns of the file.
func (r *request) given(t *microdata.Table, found *problems.List) *analysis.Replicates {
	c := analysis.ReplicateColumns{Weights: r.weights(t), Scale: r.replication.scale, AboutEstimate: r.AboutEstimate}
	for _, name := range r.replication.columns {
		c.Combined = append(c.Combined, t.Numbers(name))
	}
	out, err := analysis.GivenReplicates(c)
	var bad *analysis.ReplicateError
	if errors.As(err, &bad) {
		r.translateReplicates(bad, t, found)
	}
	return out
}

// translateReplicates says what is wrong with weights by lines and names of columns.
func (r *request) translateReplicates(bad *analysis.ReplicateError, t *microdata.Table, found *problems.List) {
	faults := make([]problems.Faults, len(r.replication.columns)+1)
	names := append(slices.Clone(r.replication.columns), r.Weight)
	for _, p := range bad.Problems {
		at := p.Replicate
		if at < 0 {
			at = len(names) - 1
		}
		if !t.Unread(names[at], p.Row) {
			faults[at].Add(t.Line(p.Row), replicateRule(p))
		}
	}
	for at := range faults {
		faults[at].Tell(found, t.Path, names[at])
	}
}

func replicateRule(p analysis.ReplicateProblem) string {
	switch {
	case math.IsNaN(p.Weight) && p.Replicate >= 0:
		return "the weight is missing: a row that is not in a replicate has 0"
	case math.IsNaN(p.Weight):
		return "the weight is missing: a row that was sampled has one"
	case p.Replicate < 0:
		return fmt.Sprintf("the weight is %v: it must be above 0 and finite", p.Weight)
	}
	return fmt.Sprintf("the weight is %v: it must be at least 0 and finite", p.Weight)
}
