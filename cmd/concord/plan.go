package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/planning"
	"github.com/concord-stat/concord/internal/stage"
)

func newPlanCmd(env *environ) *cobra.Command {
	var top int
	var measure bool
	cmd := &cobra.Command{
		Use: "plan", Short: "Find the sample that meets precision targets at the least cost, from the register", Args: cobra.NoArgs,
		Long: "Compares the designs of the study's section plan before anybody is interviewed: the variance each is expected to\n" +
			"have, by a model fed by the register, and what it costs. Prints the cheapest that meet every target, and those that\n" +
			"cannot with the reason. The tables, the allocation over strata and the curve of cost against precision are written\n" +
			"beside the artefacts of the other stages. docs/planning.md explains the model and its parameters.",
		Example: "  concord plan\n  concord plan -s demo/study.yaml --top 5\n  concord plan --json\n  concord plan --measure",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if measure {
				return env.measure(cmd.OutOrStdout())
			}
			return env.plan(cmd, top)
		},
	}
	cmd.Flags().BoolVar(&measure, "measure", false, "measure ratio and ratio_cv of the model from the study's finished comparison instead")
	cmd.Flags().IntVar(&top, "top", 15, "print this `number` of designs, 0 for all")
	return cmd
}

// planned is what concord plan prints as JSON.
type planned struct {
	stage.Result
	Report *planning.Report `json:"plan"`
}

func (env *environ) plan(cmd *cobra.Command, top int) error {
	r, bars, err := env.runner(cmd)
	if err != nil {
		return err
	}
	result, err := r.Plan(cmd.Context())
	bars.end()
	if err != nil {
		return err
	}
	report, err := planning.Read(result.Path)
	if err != nil {
		return err
	}
	return env.print(cmd.OutOrStdout(), planned{result, report}, func(w io.Writer) { printPlan(w, result, report, top) })
}

// measure prints what the finished comparison of the study tells of the model.
func (env *environ) measure(w io.Writer) error {
	s, c, err := env.comparison()
	if err != nil {
		return err
	}
	list, err := areas.Read(s)
	if err != nil {
		return err
	}
	population := s.Plan.Population
	if population == "" {
		population = s.Compare.Definitions[0]
	}
	m, err := planning.Measure(c, list, population)
	if err != nil {
		return err
	}
	return env.print(w, m, func(w io.Writer) {
		fmt.Fprintf(w, "model: {ratio: %.4f, ratio_cv: %.4f}   # census over %s, %d areas\n", m.Ratio, m.RatioCV, m.Population, m.Areas)
	})
}

func printPlan(w io.Writer, result stage.Result, r *planning.Report, top int) {
	fmt.Fprintf(w, "targets   %s\n", strings.Join(r.Targets, "; "))
	for _, f := range r.Frame {
		size := "enumeration areas of the register"
		if f.PSUSize > 0 {
			size = fmt.Sprintf("enumeration areas of %d households", f.PSUSize)
		}
		fmt.Fprintf(w, "frame     %s %s in %d areas, %s households\n", whole(float64(f.PSUs)), size, f.Communes, whole(f.Households))
	}
	printAside(w, r.Aside)
	fmt.Fprintln(w)
	printCandidates(w, r, top)
	fmt.Fprintln(w)
	for _, line := range conclusions(r) {
		fmt.Fprintln(w, line)
	}
	fmt.Fprintf(w, "\nplan      %s", result.Path)
	if !result.Made {
		fmt.Fprint(w, " (unchanged)")
	}
	fmt.Fprintln(w, "\n          plan.csv, allocation.csv, precision.csv, curve.csv, curve.svg, curve.png, curve.pdf")
}

func printAside(w io.Writer, a planning.Aside) {
	if a.Persons > 0 {
		fmt.Fprintf(w, "          left out: %s persons without an area planned for\n", whole(float64(a.Persons)))
	}
	if a.Unnamed > 0 {
		fmt.Fprintf(w, "          left out: %s households without an enumeration area\n", whole(float64(a.Unnamed)))
	}
	if a.Empty > 0 {
		fmt.Fprintf(w, "          %d areas have no households in the register\n", a.Empty)
	}
}

// printCandidates prints the first designs, and of those that miss a target the first few with the reason.
func printCandidates(w io.Writer, r *planning.Report, top int) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "#\tstrata\tEA size\ttake\tselection\testimator\tmatch\tEAs\tinterviews\tcost\ttightest at")
	feasible, infeasible := 0, 0
	for i, s := range r.Candidates {
		if s.Feasible {
			if feasible++; top > 0 && feasible > top {
				continue
			}
			fmt.Fprintf(t, "%d\t%s\n", i+1, figures(s))
			continue
		}
		if infeasible++; top > 0 && infeasible > top {
			continue
		}
		fmt.Fprintf(t, "-\t%s\t-\t-\t-\t%s\n", design(s.Candidate), s.Reason)
	}
	if b := r.Baseline; b != nil {
		fmt.Fprintf(t, "in use\t%s\n", figures(b))
	}
	t.Flush()
	if top > 0 && (feasible > top || infeasible > top) {
		fmt.Fprintf(w, "%d designs meet all targets, %d cannot; --top 0 prints all\n", feasible, infeasible)
	}
}

func design(c planning.Candidate) string {
	size, match := "-", c.Match
	if c.PSUSize > 0 {
		size = strconv.Itoa(c.PSUSize)
	}
	if match == "" {
		match = "-"
	}
	return strings.Join([]string{c.Strata, size, c.Take.String(), c.Selection, c.Estimator, match}, "\t")
}

// figures are the cells of a row after the first.
func figures(s *planning.Solution) string {
	cells := []string{design(s.Candidate), whole(float64(s.PSUs)), whole(s.Interviews), whole(s.Cost), tightest(s.Tightest)}
	return strings.Join(cells, "\t")
}

func tightest(p planning.Precision) string {
	return fmt.Sprintf("%s %s: %.3g of %.3g %%", p.Target, p.Unit, p.CV, p.Limit)
}

// conclusions say what the plan comes to, in sentences.
func conclusions(r *planning.Report) []string {
	best := r.Best()
	if best == nil {
		return []string{"No design meets all targets. The reasons above say which target is missed, and where:",
			"loosen it, or allow more households."}
	}
	lines := []string{fmt.Sprintf("The cheapest design that meets every target costs %s: %s.", whole(best.Cost), best.Candidate)}
	over := map[string]string{
		planning.OverUnassisted: "the cheapest at the same targets without the register's counts",
		planning.OverBaseline:   "the design in use",
	}
	for _, s := range r.Savings {
		lines = append(lines, fmt.Sprintf("Against %s (%s) it %s.", over[s.Over], s.Design, saves(s.Saving)))
	}
	if len(r.Savings) == 0 || r.Savings[0].Over != planning.OverUnassisted {
		lines = append(lines, "Without the register's counts no design compared meets the targets.")
	}
	if b := r.Baseline; b != nil && !b.Feasible {
		p := b.Tightest
		lines = append(lines, fmt.Sprintf("The design in use misses %s in %s: its CV is %.3g %%, against %.3g %%.", p.Target, p.Unit, p.CV, p.Limit))
	}
	return lines
}

// saves says what is saved; where not everything is less, how each differs.
func saves(s planning.Saving) string {
	if min(s.Cost, s.PSUs, s.Interviews) >= 0 {
		return fmt.Sprintf("saves %s of the cost, %s of the enumeration areas and %s of the interviews",
			percent(s.Cost), percent(s.PSUs), percent(s.Interviews))
	}
	return fmt.Sprintf("differs by %+.1f %% of the cost, %+.1f %% of the enumeration areas and %+.1f %% of the interviews",
		-s.Cost, -s.PSUs, -s.Interviews)
}

func percent(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) + " %" }

// whole prints a number with its thousands set apart, at the last printing.
func whole(v float64) string {
	digits := strconv.FormatFloat(math.Abs(math.Round(v)), 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if v < 0 {
		digits = "-" + digits
	}
	return digits
}
