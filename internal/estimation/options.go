// Package estimation estimates from a file of microdata what a statistician asks for: totals, means, ratios and
// proportions, of domains, under the design that the columns of the file describe.
package estimation

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

// Options are the design, what is to be estimated, and how. They are kept with the result.
type Options struct {
	File string `json:"file"`

	Strata         []string `json:"strata,omitempty"` // by stage: columns whose cross makes the strata, parted by commas
	PSU            []string `json:"psu,omitempty"`    // by stage: column of the unit
	FPC            []string `json:"fpc,omitempty"`    // by stage: column of the units in the frame
	Weight         string   `json:"weight,omitempty"` // a column, or 1
	Nest           bool     `json:"nest,omitempty"`
	Lonely         string   `json:"lonely_psu"`
	LonelyInDomain bool     `json:"lonely_in_domain,omitempty"`

	Replicates    string `json:"replicates,omitempty"`     // a method, or columns and their scale
	AboutEstimate bool   `json:"about_estimate,omitempty"` // deviations of replicates are from it

	Calibrate       string    `json:"calibrate,omitempty"` // a file of totals
	CalibrateMethod string    `json:"calibrate_method,omitempty"`
	Bounds          []float64 `json:"bounds,omitempty"` // of the ratios of new weights to old ones

	Assist       string   `json:"assist,omitempty"`        // a file of totals that a register knows by cell
	AssistX      []string `json:"assist_x,omitempty"`      // variables whose totals they are: variable:column
	AssistMethod string   `json:"assist_method,omitempty"` // empty: ratio for one variable, regression for several
	AssistGroup  string   `json:"assist_group,omitempty"`  // column whose groups of cells share coefficients
	AssistWhere  string   `json:"assist_where,omitempty"`  // lines of the file that count

	Totals      []string `json:"total,omitempty"`
	Means       []string `json:"mean,omitempty"`
	Ratios      []string `json:"ratio,omitempty"`
	Proportions []string `json:"proportion,omitempty"`
	Quantiles   []string `json:"quantile,omitempty"`
	Where       string   `json:"where,omitempty"`
	By          []string `json:"by,omitempty"`
	Cut         []string `json:"cut,omitempty"` // column:limit,limit,…
	Missing     []string `json:"missing,omitempty"`

	Level            float64 `json:"level"`
	Method           string  `json:"method"`   // interval of proportions
	Interval         string  `json:"interval"` // of totals and ratios
	QuantileInterval string  `json:"quantile_interval"`
	QuantileRule     string  `json:"quantile_rule"`
	DF               *Number `json:"df,omitempty"`   // in the place of those of the design
	Deff             string  `json:"deff,omitempty"` // one of Deffs, or none
}

// Defaults of the options.
const (
	DefaultLevel           = 0.95
	DefaultMethod          = "logit"
	DefaultInterval        = "auto"
	DefaultCalibrateMethod = "linear"

	DefaultQuantileInterval = "wald"
	DefaultQuantileRule     = "math"
)

// Deffs are the simple random samples that a design effect can be over.
var Deffs = []string{"without", "replace"}

// Types are what can be estimated, in the order of the result.
var Types = []string{"total", "mean", "ratio", "proportion", "quantile"}

// Add asks for the estimates of a type of some variables.
func (o *Options) Add(kind string, variables ...string) error {
	into, ok := map[string]*[]string{"total": &o.Totals, "mean": &o.Means, "ratio": &o.Ratios,
		"proportion": &o.Proportions, "quantile": &o.Quantiles}[kind]
	if !ok {
		return fmt.Errorf("--type %q is not one of %s", kind, strings.Join(Types, ", "))
	}
	*into = append(*into, variables...)
	return nil
}

// Check tells what is wrong with the options whatever the file.
func (o *Options) Check() error {
	if len(o.Totals)+len(o.Means)+len(o.Ratios)+len(o.Proportions)+len(o.Quantiles) == 0 {
		return errors.New("nothing to estimate: give --total, --mean, --ratio, --proportion or --quantile")
	}
	if !(o.Level > 0 && o.Level < 1) {
		return fmt.Errorf("--level %v: want above 0 and below 1, such as 0.95", o.Level)
	}
	if o.DF != nil && !(*o.DF > 0) {
		return fmt.Errorf("--df %v: want above 0", *o.DF)
	}
	if err := o.checkIntervals(); err != nil {
		return err
	}
	if _, err := analysis.ParseQuantileRule(o.QuantileRule); err != nil {
		return fmt.Errorf("--quantile-rule %q: want math, school, hf1 to hf9, shahvaish, or any of these after survey-",
			o.QuantileRule)
	}
	if o.Deff != "" && !slices.Contains(Deffs, o.Deff) {
		return fmt.Errorf("--deff=%s is not one of %s", o.Deff, strings.Join(Deffs, ", "))
	}
	if _, err := analysis.ParseLonelyPSU(o.Lonely); err != nil {
		return fmt.Errorf("--lonely-psu %q is not one of fail, adjust, average, remove, certainty", o.Lonely)
	}
	if o.Weight == "" && (len(o.FPC) == 0 || len(o.FPC) < len(o.PSU)) {
		return errors.New("--weight is missing: name its column, or say --weight 1 if every row stands for itself alone; " +
			"without it, --fpc must have the counts of all stages")
	}
	if o.QuantileInterval == "symmetric" && strings.HasPrefix(o.Replicates, "jk") {
		return errors.New("--quantile-interval symmetric: the jackknife is not valid for quantiles, " +
			"take a bootstrap or balanced replicates")
	}
	if o.AboutEstimate && o.Replicates == "" {
		return errors.New("--about-estimate goes with --replicates")
	}
	if err := o.checkCalibration(); err != nil {
		return err
	}
	if err := o.checkAssist(); err != nil {
		return err
	}
	return o.checkStages()
}

func (o *Options) checkStages() error {
	switch n := len(o.PSU); {
	case len(o.FPC) > n+1:
		return fmt.Errorf("--fpc names %d stages, --psu %d: only the rows themselves can be units of one more stage",
			len(o.FPC), n)
	case len(o.Strata) > n+1:
		return fmt.Errorf("--strata names %d stages, --psu %d: only the rows themselves can be units of one more stage",
			len(o.Strata), n)
	}
	for _, names := range [][]string{o.PSU, o.FPC, o.By} {
		for i, name := range names {
			if slices.Contains(names[:i], name) {
				return fmt.Errorf("column %q is named twice", name)
			}
		}
	}
	return nil
}

// stages is the number of stages of the design.
func (o *Options) stages() int { return max(1, len(o.PSU), len(o.FPC), len(o.Strata)) }

// df are degrees of freedom as asked for, else those of the design.
func (o *Options) df(of float64) float64 {
	if o.DF != nil {
		return float64(*o.DF)
	}
	return of
}

// deff is the design effect of an estimate over the kind of simple random sample that was asked for.
func (o *Options) deff(s analysis.SimpleSample, se float64) Number {
	if o.Deff == "replace" {
		return Number(s.DeffReplace(se))
	}
	return Number(s.Deff(se))
}
