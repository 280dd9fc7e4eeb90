package estimation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/concord-stat/concord/internal/microdata"
	"github.com/concord-stat/concord/internal/problems"
)

// A ratio is of two variables.
type ratio struct {
	name         string
	above, below variable
}

// A request is the options as they apply to a file.
type request struct {
	Options
	file         *microdata.File
	strata       [][]string
	totals       []variable
	means        []variable
	ratios       []ratio
	proportions  []string
	quantiles    []quantileOf
	where        condition
	cuts         map[string]cut
	replication  *replication
	known        []*known // totals to calibrate to
	totalsDigest string
	register     *registerTotals // nil without --assist

	found problems.List // names that are no columns
	wants []microdata.Want
}

// newRequest reads the options with the columns of the file in sight. The error is a *UsageError where an option
// cannot be read, and a *problems.List where the file has no such columns.
func newRequest(ctx context.Context, o Options, f *microdata.File) (*request, error) {
	r := &request{Options: o, file: f, cuts: map[string]cut{}}
	if err := r.parse(); err != nil {
		return nil, &UsageError{err}
	}
	if r.Calibrate != "" {
		var err error
		if r.known, err = readTotals(ctx, r.Calibrate, f); err != nil {
			return nil, err
		}
		if r.CalibrateMethod == "poststratify" && len(r.known) != 1 || r.CalibrateMethod == "rake" && r.hasNumbers() {
			return nil, &UsageError{errors.New("--calibrate-method poststratify goes with the levels of one " +
				"variable, rake with levels alone")}
		}
	}
	r.design()
	if r.Assist != "" {
		var err error
		if r.register, err = r.readRegister(ctx); err != nil {
			return nil, err
		}
		for _, v := range r.register.x {
			r.want(v.wants()...)
		}
	}
	r.want(r.calibrationWants()...)
	r.want(r.variables()...)
	return r, r.found.Err()
}

// A UsageError is an option that cannot be read.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap gives the error.
func (e *UsageError) Unwrap() error { return e.Err }

func (r *request) parse() error {
	for _, text := range r.Cut {
		c, err := parseCut(text)
		if err != nil {
			return err
		}
		r.cuts[c.column] = c
	}
	if r.Replicates != "" {
		var err error
		if r.replication, err = parseReplication(r.Replicates, r.file.Columns); err != nil {
			return err
		}
		if r.givenReplicates() && (len(r.PSU)+len(r.Strata)+len(r.FPC) > 0 || r.Weight == "") {
			return errors.New("--replicates: columns of replicate weights go with --weight, and take the place of " +
				"--strata, --psu and --fpc")
		}
	}
	for _, text := range r.Strata {
		r.strata = append(r.strata, splitTop(text, ','))
	}
	if r.Where != "" {
		var err error
		if r.where, err = parseCondition(r.Where); err != nil {
			return fmt.Errorf("--where: %w", err)
		}
	}
	for _, text := range splitAll(r.Ratios) {
		if err := r.ratio(text); err != nil {
			return err
		}
	}
	for _, text := range r.Quantiles {
		if err := r.parseQuantile(text); err != nil {
			return err
		}
	}
	r.proportions = splitAll(r.Proportions)
	var err error
	if r.totals, err = r.parseVariables("--total", r.Totals); err != nil {
		return err
	}
	r.means, err = r.parseVariables("--mean", r.Means)
	return err
}

func (r *request) parseVariables(flag string, texts []string) (out []variable, err error) {
	for _, text := range splitAll(texts) {
		v, err := parseVariable(text, r.file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", flag, err)
		}
		out = append(out, v)
	}
	return out, nil
}

func (r *request) ratio(text string) error {
	parts := splitTop(text, '/')
	if len(parts) != 2 {
		return fmt.Errorf("--ratio %q: want two columns, or conditions, parted by /", text)
	}
	two, err := r.parseVariables("--ratio", []string{parts[0]})
	if err != nil {
		return err
	}
	below, err := r.parseVariables("--ratio", []string{parts[1]})
	if err != nil {
		return err
	}
	r.ratios = append(r.ratios, ratio{name: parts[0] + "/" + parts[1], above: two[0], below: below[0]})
	return nil
}

// hasNumbers tells whether a variable to calibrate to has no levels.
func (r *request) hasNumbers() bool {
	return slices.ContainsFunc(r.known, func(k *known) bool { return k.columns == nil })
}

// givenReplicates tells whether the file has the replicate weights.
func (r *request) givenReplicates() bool { return r.replication != nil && r.replication.columns != nil }

// design asks for the columns of the design.
func (r *request) design() {
	for _, columns := range r.strata {
		for _, c := range columns {
			r.want(code(c)...)
		}
	}
	for _, c := range r.PSU {
		r.want(code(c)...)
	}
	for _, c := range r.FPC {
		r.want(number(c)...)
	}
	if r.givenReplicates() {
		for _, c := range r.replication.columns {
			r.want(number(c)...)
		}
	}
	if r.Weight != "" && r.Weight != "1" {
		r.want(number(r.Weight)...)
	}
}

// variables are the columns of what is estimated.
func (r *request) variables() (wants []microdata.Want) {
	for _, v := range slices.Concat(r.totals, r.means) {
		wants = append(wants, v.wants()...)
	}
	for _, v := range r.quantiles {
		wants = append(wants, v.wants()...)
	}
	for _, v := range r.ratios {
		wants = append(wants, append(v.above.wants(), v.below.wants()...)...)
	}
	for _, column := range append(slices.Clone(r.By), r.proportions...) {
		wants = append(wants, r.category(column))
	}
	if r.where != nil {
		wants = append(wants, r.where.wants()...)
	}
	return wants
}

// category is what a column of categories is read as.
func (r *request) category(column string) microdata.Want {
	if _, cut := r.cuts[column]; cut {
		return number(column)[0]
	}
	return code(column)[0]
}

// want asks for columns once, and takes note of those that are not there.
func (r *request) want(wants ...microdata.Want) {
	for _, w := range wants {
		if slices.Contains(r.wants, w) {
			continue
		}
		r.wants = append(r.wants, w)
		if !r.file.Has(w.Name) && !r.told(w.Name) {
			r.found.Add(r.file.Path, 1, w.Name, "no such column; %s", near(w.Name, r.file.Columns))
		}
	}
}

func (r *request) told(name string) bool {
	return slices.ContainsFunc(r.found.Problems, func(p problems.Problem) bool { return p.Column == name })
}

// nearNames is how many names are offered in the place of one that is not there.
const nearNames = 3

// near names the columns that are most like a name.
func near(name string, columns []string) string {
	if len(columns) == 0 {
		return "the file has none"
	}
	distance := func(c string) int { return levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(c)) }
	nearer := func(a, b string) int { return cmp.Compare(distance(a), distance(b)) }
	sorted := slices.SortedStableFunc(slices.Values(columns), nearer)
	return "the nearest are " + strings.Join(sorted[:min(nearNames, len(sorted))], ", ")
}
