package estimation

import (
	"errors"
	"fmt"
	"strings"

	"github.com/concord-stat/concord/analysis"
)

// assistMethods are the ways in which known totals help, by name.
var assistMethods = map[string]analysis.Assistant{
	"difference": analysis.DifferenceAssisted, "ratio": analysis.RatioAssisted, "regression": analysis.RegressionAssisted,
}

// AssistMethods are the ways in which known totals help, by name.
func AssistMethods() []string { return []string{"difference", "ratio", "regression"} }

// checkAssist tells what is wrong with the options of assisted estimates.
func (o *Options) checkAssist() error {
	given := len(o.AssistX) > 0 || o.AssistMethod != "" || o.AssistGroup != "" || o.AssistWhere != ""
	switch _, known := assistMethods[o.AssistMethod]; {
	case o.Assist == "" && given:
		return errors.New("--assist-x, --assist-method, --assist-group and --assist-where go with --assist")
	case o.Assist == "":
		return nil
	case len(o.Totals) == 0:
		return errors.New("--assist is for totals: give --total")
	case o.AssistMethod != "" && !known:
		return fmt.Errorf("--assist-method %q is not one of %s", o.AssistMethod, strings.Join(AssistMethods(), ", "))
	case o.Replicates != "":
		return errors.New("--assist does not go with --replicates: the errors of assisted estimates are linearised")
	case o.AssistGroup != "" && o.Calibrate != "":
		return errors.New("--assist-group does not go with --calibrate: coefficients of groups need the weights " +
			"of the design")
	}
	return nil
}

// settleMethod settles how the variables help, and tells what does not fit their number.
func (a *registerTotals) settleMethod(method, group string) error {
	switch {
	case method == "" && len(a.x) == 1:
		method = "ratio"
	case method == "":
		method = "regression"
	}
	a.method = method
	switch {
	case method == "ratio" && len(a.x) > 1:
		return fmt.Errorf("--assist-method ratio goes with one variable, not with %d: name it with --assist-x", len(a.x))
	case method == "difference" && group != "":
		return errors.New("--assist-group goes with ratio and regression: a difference has coefficients of 1, " +
			"and nothing to pool")
	}
	return nil
}
