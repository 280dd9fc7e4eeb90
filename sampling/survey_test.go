package sampling_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/sampling"
	"gonum.org/v1/gonum/floats/scalar"
)

// noSurvey is the status by which a script says that package survey is not installed.
const noSurvey = 77

// inR runs a script over a table and gives the numbers it prints, one a line. Without Rscript or package survey the
// test is skipped.
func inR(t *testing.T, table [][]string, script string) []float64 {
	t.Helper()
	if _, err := exec.LookPath("Rscript"); err != nil {
		t.Skip("Rscript with package survey is not here")
	}
	dir := t.TempDir()
	data, code := filepath.Join(dir, "sample.csv"), filepath.Join(dir, "script.R")
	writeTable(t, data, table)
	if err := os.WriteFile(code, []byte(fmt.Sprintf(preamble, noSurvey)+script), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("Rscript", "--vanilla", code, data).Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		if exit.ExitCode() == noSurvey {
			t.Skip("R package survey is not here")
		}
		t.Fatalf("%v: %s", err, exit.Stderr)
	}
	var numbers []float64
	for _, field := range strings.Fields(string(out)) {
		x, err := strconv.ParseFloat(field, 64)
		if err != nil {
			t.Fatalf("R says %s", out)
		}
		numbers = append(numbers, x)
	}
	return numbers
}

func writeTable(t *testing.T, path string, table [][]string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := csv.NewWriter(file).WriteAll(table); err != nil {
		t.Fatal(err)
	}
}

const preamble = `
if (!requireNamespace("survey", quietly = TRUE)) quit(status = %d)
suppressMessages(library(survey))
options(warn = 2)
d <- read.csv(commandArgs(TRUE)[1], stringsAsFactors = FALSE)
say <- function(s) cat(format(c(coef(s), SE(s)), digits = 17), sep = "\n", fill = TRUE)
`

// designTable has the columns of a design by the names of the calls documented, and persons, the study variable.
func designTable(d sampling.DesignColumns, persons []float64) [][]string {
	head := []string{"persons", "weight"}
	for i := range d.Stages {
		for _, name := range []string{"id", "stratum", "population", "pi"} {
			head = append(head, name+strconv.Itoa(i+1))
		}
	}
	table := [][]string{head}
	for row, w := range d.Weight {
		line := []string{number(persons[row]), number(w)}
		for _, s := range d.Stages {
			line = append(line, s.ID[row], s.Stratum[row], strconv.Itoa(s.Population[row]), number(s.Pi[row]))
		}
		table = append(table, line)
	}
	return table
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 17, 64) }

// households draws two stages of a country, and gives each household its persons.
func households(t *testing.T, first, second sampling.Stage) (s *sampling.StageSample, persons []float64) {
	t.Helper()
	areas, homes := sampling.StageFrame{}, sampling.StageFrame{}
	for a := range 60 {
		areas.Code = append(areas.Code, fmt.Sprintf("a%02d", a))
		areas.Stratum = append(areas.Stratum, []string{"rural", "urban", "city"}[a%3])
		areas.Size = append(areas.Size, float64(10+a*a%23))
		for h := range int(areas.Size[a]) {
			homes.Code = append(homes.Code, fmt.Sprintf("h%d", h))
			homes.Parent = append(homes.Parent, a)
		}
	}
	s, err := sampling.Multistage(11, []sampling.Stage{first, second}, []sampling.StageFrame{areas, homes})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range s.Units {
		persons = append(persons, float64(1+u.Unit*u.Unit%7))
	}
	return s, persons
}

// estimateTotal is the total of persons as package analysis has it.
func estimateTotal(t *testing.T, s *sampling.StageSample, persons []float64) analysis.Estimate {
	t.Helper()
	nesting, err := s.Nesting()
	if err != nil {
		t.Fatal(err)
	}
	design, err := analysisDesign(nesting)
	if err != nil {
		t.Fatal(err)
	}
	tally := &analysis.Tally{Unit: nesting.Unit}
	for i, w := range s.Weights() {
		tally.N, tally.W = append(tally.N, int64(persons[i])), append(tally.W, w*persons[i])
	}
	return design.Totals(tally, make([]int32, len(persons)), 1)[0]
}

// TestColumnsInSurvey: the columns, given to svydesign as documented, make R survey estimate as package analysis does
// from Nesting, with equal probabilities at both stages and, as if with replacement, with unequal ones. R survey 4.1-1.
// With options(warn = 2) a warning, as of counts that vary within a stratum, fails.
func TestColumnsInSurvey(t *testing.T) {
	t.Parallel()
	perStratum := sampling.PerStratum(map[string]int{"rural": 5, "urban": 7, "city": 20})
	equal, persons := households(t,
		sampling.Stage{Name: "area", Take: sampling.TakeEqual(perStratum), Draw: srs},
		sampling.Stage{Name: "household", Take: sampling.TakeEqual(sampling.Exactly(4)), Draw: srs})
	got := estimateTotal(t, equal, persons)
	want := inR(t, designTable(equal.Columns(), persons), `
		say(svytotal(~persons, svydesign(ids = ~id1 + id2, strata = ~stratum1 + stratum2,
			fpc = ~population1 + population2, weights = ~weight, data = d)))
		say(svytotal(~persons, svydesign(ids = ~id1 + id2, strata = ~stratum1 + stratum2,
			fpc = ~population1 + population2, data = d)))`) // weights from the counts
	wantNumbers(t, want, got.Value, got.SE, got.Value, got.SE)

	perStratum = sampling.PerStratum(map[string]int{"rural": 5, "urban": 7, "city": 6})
	unequal, persons := households(t,
		sampling.Stage{Name: "area", Take: sampling.TakePPS(perStratum)},
		sampling.Stage{Name: "household", SelfWeighting: 0.1})
	got = estimateTotal(t, unequal, persons)
	want = inR(t, designTable(unequal.Columns(), persons), `
		say(svytotal(~persons, svydesign(ids = ~id1, strata = ~stratum1, weights = ~weight, data = d)))
		say(svytotal(~persons, svydesign(ids = ~id1 + id2, strata = ~stratum1 + stratum2,
			fpc = ~pi1 + pi2, pps = "brewer", data = d)))`)
	wantNumbers(t, want[:3], got.Value, got.SE, got.Value)
	if len(want) != 4 || !(want[3] > 0 && want[3] < got.SE) {
		t.Errorf("standard error by Brewer's approximation %v, want below %v as with replacement", want, got.SE)
	}
}

func wantNumbers(t *testing.T, inR []float64, ours ...float64) {
	t.Helper()
	if len(inR) != len(ours) {
		t.Fatalf("R gives %v, we give %v", inR, ours)
	}
	for i, x := range ours {
		if !scalar.EqualWithinRel(x, inR[i], 1e-10) {
			t.Errorf("number %d is %v, in R %v", i, x, inR[i])
		}
	}
}

// TestTwoPhaseInSurvey: the columns of two phases, given to twophase as documented, make R survey 4.1-1 estimate as the
// joint probabilities by phase do.
func TestTwoPhaseInSurvey(t *testing.T) {
	t.Parallel()
	s, err := doubleSample(5)
	if err != nil {
		t.Fatal(err)
	}
	y := []float64{4, 8, 1, 6, 3, 9, 2, 7, 5}
	total, variance := phaseEstimate(s, y)
	columns := s.Columns()
	value := make([]float64, len(s.First.Units))
	for i, u := range s.First.Units {
		value[i] = y[u.Unit]
	}
	table := designTable(columns.First, value)
	table[0] = append(table[0], "second", "stratum", "population", "pi")
	for i, in := range columns.Second {
		pi := number(columns.Pi[i])
		table[i+1] = append(table[i+1], strings.ToUpper(strconv.FormatBool(in)), columns.Stratum[i],
			strconv.Itoa(columns.Population[i]), pi)
	}
	want := inR(t, table, `
		s <- svytotal(~persons, twophase(id = list(~id1, ~id1), strata = list(~stratum1, ~stratum),
			fpc = list(~population1, ~population), subset = ~second, data = d))
		cat(format(c(coef(s), vcov(s)), digits = 17), sep = "\n", fill = TRUE)
		say(svytotal(~persons, twophase(id = list(~id1, ~id1), strata = list(~stratum1, ~stratum),
			probs = list(~pi1, ~pi), subset = ~second, data = d, method = "approx")))`)
	wantNumbers(t, want[:3], total, variance, total)
	if len(want) != 4 || want[3] < math.Sqrt(variance) {
		t.Errorf("R gives %v, want a standard error above %v as with replacement", want, math.Sqrt(variance))
	}
}
