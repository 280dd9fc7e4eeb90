package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/internal/simulate"
	"github.com/concord-stat/concord/internal/study"
)

// studyOfSimulation is the study that comes with a simulation.
//
//go:embed simulation.yaml
var studyOfSimulation []byte

// recordName is the file that says what a simulation was made from, and what came out.
const recordName = "simulation.json"

// A simulation is the content of that file. Parameters decide whether a simulation has to be done again.
type simulation struct {
	Parameters simulationParameters `json:"parameters"`
	Summary    simulate.Summary     `json:"summary"`
}

type simulationParameters struct {
	Program    string              `json:"program"`
	Persons    int64               `json:"persons"`
	Seed       uint64              `json:"seed"`
	Units      string              `json:"units,omitempty"`
	Population string              `json:"population,omitempty"`
	Ages       string              `json:"ages,omitempty"`
	Reference  string              `json:"reference"`
	Rates      simulate.Rates      `json:"rates"`
	Census     simulate.CensusPlan `json:"census"`
	Causes     []simulate.Cause    `json:"causes,omitempty"`
}

func newSimulateCmd(env *environ) *cobra.Command {
	p := simulationParameters{Program: program()}
	var out string
	var rates, causes []string
	cmd := &cobra.Command{
		Use: "simulate", Short: "Simulate a register, the census that counts the same people, and the truth", Args: cobra.NoArgs,
		Long: "Writes a register (DuckDB), its code list, the census sample, a study of the two, and the truth they both miss.\n" +
			"Without --units the country is invented. What is there already and made from the same parameters is kept.\n\n" +
			"Rates of error, each a probability, are set with --rate name=value: " + strings.Join(rateNames(), ", ") + ".\n\n" + causesHelp,
		Example: "  concord simulate --out demo --persons 1000000\n" +
			"  concord simulate --out vietnam --units units_2024.csv --population commune_population_2019.csv \\\n" +
			"    --ages district_age_2019.csv --persons 10000000 --seed 7 --rate nonresponse=0.05\n" +
			"  concord simulate --out planted --cause newborns,share=0.1,strength=0.8,residence=rural --cause level,share=0.1,strength=0.3",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if p.Rates, err = setRates(rates); err != nil {
				return usageError{err}
			}
			if p.Causes, err = parseCauses(causes); err != nil {
				return usageError{err}
			}
			p.Census = simulate.DefaultCensus()
			return env.simulate(cmd, out, p)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&out, "out", "simulation", "folder to write")
	flags.Int64Var(&p.Persons, "persons", 1_000_000, "records of the register, 100000 to 100000000")
	flags.Uint64Var(&p.Seed, "seed", 20240401, "seed of everything random")
	flags.StringVar(&p.Units, "units", "", "CSV list of real units")
	flags.StringVar(&p.Population, "population", "", "CSV of their census population")
	flags.StringVar(&p.Ages, "ages", "", "CSV of age structures by district")
	flags.StringVar(&p.Reference, "reference", "2024-04-01", "reference day")
	flags.StringArrayVar(&rates, "rate", nil, "rate of an error, as `name=value`; repeatable")
	flags.StringArrayVar(&causes, "cause", nil, "plant a `reason` to differ, as name,share=,strength=; repeatable, see above")
	return cmd
}

func (env *environ) simulate(cmd *cobra.Command, out string, p simulationParameters) error {
	if p.Persons < 100_000 || p.Persons > 100_000_000 {
		return usageError{fmt.Errorf("--persons %d: want 100000 to 100000000", p.Persons)}
	}
	done, err := readSimulation(out)
	switch {
	case err == nil && reflect.DeepEqual(done.Parameters, p):
		return env.print(cmd.OutOrStdout(), done, func(w io.Writer) { fmt.Fprintf(w, "simulate  %s (unchanged)\n", out) })
	case err == nil:
		return usageError{fmt.Errorf("%s holds a simulation with other parameters: name another folder with --out, or remove it", out)}
	case !errors.Is(err, os.ErrNotExist):
		return err
	}
	made, err := makeSimulation(cmd, out, p)
	if err != nil {
		return err
	}
	return env.print(cmd.OutOrStdout(), made, func(w io.Writer) { printSimulation(w, out, made.Summary) })
}

// readSimulation reads what a folder holds: os.ErrNotExist when there is no such folder, another error when something
// else is in it.
func readSimulation(out string) (simulation, error) {
	var s simulation
	if _, err := os.Stat(out); err != nil {
		return s, err
	}
	text, err := os.ReadFile(filepath.Join(out, recordName))
	if err != nil {
		return s, usageError{fmt.Errorf("%s is there and holds no simulation: name another folder with --out", out)}
	}
	return s, json.Unmarshal(text, &s)
}

// makeSimulation fills a folder aside and renames it, so that a simulation is there whole or not at all.
func makeSimulation(cmd *cobra.Command, out string, p simulationParameters) (simulation, error) {
	parent := filepath.Dir(filepath.Clean(out))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return simulation{}, err
	}
	aside, err := os.MkdirTemp(parent, ".new-simulation-")
	if err != nil {
		return simulation{}, err
	}
	defer os.RemoveAll(aside)
	made, err := fillSimulation(cmd.Context(), aside, p, cmd.ErrOrStderr())
	if err != nil {
		return made, err
	}
	if err := os.Chmod(aside, 0o755); err != nil {
		return made, err
	}
	return made, os.Rename(aside, out)
}

func fillSimulation(ctx context.Context, dir string, p simulationParameters, stderr io.Writer) (simulation, error) {
	var day study.Date
	if err := day.UnmarshalJSON([]byte(strconv.Quote(p.Reference))); err != nil {
		return simulation{}, usageError{fmt.Errorf("--reference: %w", err)}
	}
	bars := newProgress(stderr)
	defer bars.end()
	s, err := simulate.Run(ctx, simulate.Options{
		Out: dir, Persons: p.Persons, Seed: p.Seed, UnitsFile: p.Units, PopulationFile: p.Population, AgesFile: p.Ages,
		Reference: day.Time, Rates: p.Rates, Census: p.Census, Causes: p.Causes,
		Progress: func(done, total int64) { bars.show("simulate", done, total) },
	})
	if err != nil {
		return simulation{}, err
	}
	made := simulation{p, s}
	text, err := json.MarshalIndent(made, "", "  ")
	if err != nil {
		return made, err
	}
	err = os.WriteFile(filepath.Join(dir, recordName), append(text, '\n'), 0o644)
	return made, errors.Join(err, os.WriteFile(filepath.Join(dir, "study.yaml"), studyOfSimulation, 0o644))
}

func printSimulation(w io.Writer, out string, s simulate.Summary) {
	fmt.Fprintf(w, "simulate  %s: %d records of %d residents in %d communes; census of %d households in %d of %d enumeration areas\n",
		out, s.Records, s.Residents, s.Communes, s.CensusHouseholds, s.SampledAreas, s.Areas)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, p := range s.ByProvince {
		excess := 100 * float64(p.Permanent-p.Residents) / float64(p.Residents)
		fmt.Fprintf(t, "\t%s\t%d residents\t%+.1f %% registered as permanent\t\n", p.Code, p.Residents, excess)
	}
	t.Flush()
}

// setRates starts from the default rates and sets those named.
func setRates(settings []string) (simulate.Rates, error) {
	rates := simulate.DefaultRates()
	v := reflect.ValueOf(&rates).Elem()
	for _, s := range settings {
		name, text, _ := strings.Cut(s, "=")
		value, err := strconv.ParseFloat(text, 64)
		if err != nil || !(value >= 0 && value <= 1) {
			return rates, fmt.Errorf("--rate %s: want name=value with a value from 0 to 1", s)
		}
		field, ok := v.Type().FieldByNameFunc(func(f string) bool { return kebab(f) == name })
		if !ok {
			return rates, fmt.Errorf("--rate %s: the rates are %s", s, strings.Join(rateNames(), ", "))
		}
		v.FieldByIndex(field.Index).SetFloat(value)
	}
	return rates, nil
}

func rateNames() []string {
	var names []string
	t := reflect.TypeFor[simulate.Rates]()
	for i := range t.NumField() {
		names = append(names, kebab(t.Field(i).Name))
	}
	return names
}

// kebab writes MovedTemporary as moved-temporary.
func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
