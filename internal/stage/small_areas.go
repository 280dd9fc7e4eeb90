package stage

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/extract"
	"github.com/concord-stat/concord/internal/fieldwork"
	"github.com/concord-stat/concord/internal/study"
)

// smallAreasName is the table of the estimates by the model of areas.
const smallAreasName = "small_areas"

// smallAreaDetails are what the manifest says of the model.
type smallAreaDetails struct {
	Level      string         `json:"level"`
	Definition string         `json:"definition"`
	Method     string         `json:"method"`
	Benchmark  string         `json:"benchmark"`
	Areas      map[string]int `json:"areas"`    // by kind of estimate
	Ratio      float64        `json:"ratio"`    // census persons to one of the register, before areas differ
	Between    float64        `json:"between"`  // standard deviation of the areas' true ratios
	GainPct    float64        `json:"gain_pct"` // median over areas with a direct estimate: what is saved of its variance
}

var areaMethods = map[string]analysis.AreaMethod{
	"reml": analysis.REML, "ml": analysis.ML, "moments": analysis.FayHerriotMoment,
}

// A smallAreaModel estimates the persons of areas from census and register together: the ratio of census to register
// persons is alike in all areas but for an effect of the area, and the direct estimate of an area is weighed against
// what the ratio gives by their errors.
type smallAreaModel struct {
	plan     *study.SmallAreas
	codes    []string // areas of the register, in order
	register []float64
	direct   []analysis.Estimate // of persons
	group    []int32             // unit of the benchmark level
	below    []lowestArea        // where the areas are not those of the lowest level
	totals   []float64           // direct estimates of these
	smoothed []float64           // sampling variance of the direct ratio
}

// smallAreas estimates and saves the table.
func (r *Runner) smallAreas(dir string, list *areas.List, f *fieldwork.Results) (*smallAreaDetails, error) {
	plan := r.Study.Estimation.SmallAreas
	if plan == nil {
		return nil, nil
	}
	m, err := r.smallAreaModel(plan, list, f)
	if err != nil {
		return nil, fmt.Errorf("estimation.small_areas: %w", err)
	}
	fit, estimates, err := m.fit()
	if err != nil {
		return nil, fmt.Errorf("estimation.small_areas: %w", err)
	}
	table := m.table(estimates, r.Study.Compare.Level)
	table = m.withLowest(table, estimates, r.Study.Areas.Level)
	if err := table.Save(dir, smallAreasName); err != nil {
		return nil, err
	}
	return m.details(fit, estimates), nil
}

// smallAreaModel brings both sides together.
func (r *Runner) smallAreaModel(plan *study.SmallAreas, list *areas.List, f *fieldwork.Results) (*smallAreaModel, error) {
	path, manifest, _, err := r.current(Extract)
	if err != nil {
		return nil, fmt.Errorf("the register's counts come from the extract: %w", err)
	}
	details, err := r.sealedPlan(manifest)
	if err != nil {
		return nil, err
	}
	e, err := extract.Read(path, details.Plan.Definitions, details.Dimensions)
	if err != nil {
		return nil, err
	}
	known, cover := list.Above(areaSet(e.Areas)), coverageOf(list, e.Areas)
	side := newRegisterSide(e, details, known, cover, r.Study.Areas.Level, plan.Definition)
	m := &smallAreaModel{plan: plan}
	counts, direct := side.grid(plan.Level, "total"), r.gridOf(f, known, plan.Level, "total")
	for _, code := range extractedUnits(e, known, plan.Level) {
		if !side.knows(code) || cover.gaps[code] != "" {
			continue
		}
		m.codes = append(m.codes, code)
		m.register = append(m.register, counts.find(code, "total").Value)
		m.direct = append(m.direct, direct.find(code, "total").Estimate)
	}
	if len(m.codes) == 0 {
		return nil, errors.New("the register has no figure of any area")
	}
	m.benchmarks(r, known, f)
	if lowest := known.Levels[0]; plan.Level != lowest {
		m.lowest(known, side.grid(lowest, "total"), e)
	}
	return m, nil
}

// A lowestArea is an area of the lowest level within one that is modelled.
type lowestArea struct {
	code     string
	within   int
	register float64
}

// lowest finds the areas of the lowest level, which get the ratio of the area they lie in.
func (m *smallAreaModel) lowest(list *areas.List, counts *grid, e *extract.Extract) {
	at := make(map[string]int, len(m.codes))
	for d, code := range m.codes {
		at[code] = d
	}
	for _, code := range extractedUnits(e, list, list.Levels[0]) {
		up, _ := list.Ancestor(code, m.plan.Level)
		if d, ok := at[up]; ok {
			m.below = append(m.below, lowestArea{code, d, counts.find(code, "total").Value})
		}
	}
}

// extractedUnits are the units of a level that hold an area of the extract, in order of code.
func extractedUnits(e *extract.Extract, list *areas.List, level string) []string {
	coder := analysis.NewCoder()
	for _, a := range e.Areas {
		if up, ok := list.Ancestor(a.Code, level); ok {
			coder.Code(up)
		} else if level == list.Levels[0] {
			coder.Code(a.Code)
		}
	}
	codes, _ := coder.Order()
	return codes
}

// benchmarks finds the unit above of every area, and its direct estimate.
func (m *smallAreaModel) benchmarks(r *Runner, list *areas.List, f *fieldwork.Results) {
	if m.plan.Benchmark == study.NoBenchmark {
		return
	}
	codes := list.Codes(m.plan.Benchmark)
	direct := r.gridOf(f, list, m.plan.Benchmark, "total")
	for _, code := range codes {
		total := math.NaN() // nobody was sampled there
		if e := direct.find(code, "total"); e.N > 0 {
			total = e.Value
		}
		m.totals = append(m.totals, total)
	}
	for _, code := range m.codes {
		up, _ := list.Ancestor(code, m.plan.Benchmark)
		m.group = append(m.group, int32(slices.Index(codes, up)))
	}
}

// fit fits the model and gives estimates in persons.
func (m *smallAreaModel) fit() (*analysis.FayHerriot, []analysis.AreaEstimate, error) {
	data, err := m.data()
	if err != nil {
		return nil, nil, err
	}
	fit, err := analysis.FitFayHerriot(data, areaMethods[m.plan.Method])
	if err != nil {
		return nil, nil, err
	}
	ratios := slices.Clone(fit.Areas)
	for d, e := range m.direct {
		if e.N == 0 && ratios[d].Kind == analysis.AreaEBLUP {
			ratios[d] = fit.SyntheticArea(data.X[d])
		}
	}
	if m.totals != nil {
		if ratios, err = m.benchmarked(ratios); err != nil {
			return nil, nil, err
		}
	}
	inPersons := make([]analysis.AreaEstimate, len(ratios))
	for d, a := range ratios {
		inPersons[d] = timesRegister(a, m.register[d])
	}
	return fit, analysis.FirstOf(inPersons, analysis.DirectAreas(m.direct)), nil
}

// data are the direct ratios of census to register persons with their variances. Where no enumeration area of an area was
// drawn the direct estimate is 0 persons, and it is so in the model: without these areas those that were drawn, which
// stand for them as well, would make the ratio too large. Variances are smoothed over areas by the register's count, since
// few enumeration areas say next to nothing of their own variance.
func (m *smallAreaModel) data() (analysis.AreaData, error) {
	n := len(m.codes)
	data := analysis.AreaData{Direct: make([]float64, n), X: make([][]float64, n)}
	variance, z := make([]float64, n), make([][]float64, n)
	for d, e := range m.direct {
		r := m.register[d]
		data.Direct[d], data.X[d], variance[d], z[d] = math.NaN(), []float64{1}, math.NaN(), []float64{1, math.Log(r)}
		switch {
		case r == 0:
			data.X[d], z[d] = []float64{math.NaN()}, []float64{1, math.NaN()}
		case e.N == 0:
			data.Direct[d], variance[d] = 0, 0
		default:
			data.Direct[d], variance[d] = e.Value/r, e.SE/r*e.SE/r
		}
	}
	v, err := analysis.FitVarianceFunction(variance, z)
	if err != nil {
		return data, fmt.Errorf("the variances of the %ss cannot be smoothed: %w", m.plan.Level, err)
	}
	m.smoothed = v.WithZeros(variance)
	data.Variance = m.smoothed
	return data, nil
}

// benchmarked makes the areas of every unit above add up to its direct estimate. Areas without an estimate stay out.
func (m *smallAreaModel) benchmarked(ratios []analysis.AreaEstimate) ([]analysis.AreaEstimate, error) {
	weights := slices.Clone(m.register)
	for d, a := range ratios {
		if a.Kind == analysis.Refused {
			weights[d] = 0
		}
	}
	return analysis.BenchmarkedWithin(ratios, weights, m.group, m.totals, analysis.RatioBenchmark)
}

// timesRegister turns ratios into persons.
func timesRegister(a analysis.AreaEstimate, r float64) analysis.AreaEstimate {
	for _, v := range []*float64{&a.Value, &a.Direct, &a.Synthetic} {
		*v *= r
	}
	for _, v := range []*float64{&a.MSE, &a.G1, &a.G2, &a.G3, &a.G4} {
		*v *= r * r
	}
	return a
}

// gain is what the estimate of an area saves of the variance of its direct one, NaN without a direct one.
func (m *smallAreaModel) gain(d int, a analysis.AreaEstimate) float64 {
	if a.Kind != analysis.AreaEBLUP {
		return math.NaN()
	}
	return 100 * (1 - a.MSE/(m.smoothed[d]*m.register[d]*m.register[d]))
}

func (m *smallAreaModel) table(estimates []analysis.AreaEstimate, level float64) columns.Table {
	n := len(estimates)
	kind, notes, levels := make([]string, n), make([]string, n), make([]string, n)
	number := map[string][]float64{}
	names := []string{"value", "rmse", "ci_lower", "ci_upper", "direct", "direct_se", "direct_se_smoothed", "synthetic", "shrinkage", "gain_pct", "register"}
	for _, name := range names {
		number[name] = make([]float64, n)
	}
	sampled := make([]int64, n)
	for d, a := range estimates {
		i := a.Interval(level)
		levels[d], kind[d], sampled[d] = m.plan.Level, a.Label(), m.direct[d].N
		notes[d] = strings.Join(nonEmpty(refusal(a)), "; ")
		e := m.direct[d]
		if e.N == 0 {
			e.Value, e.SE = math.NaN(), math.NaN()
		}
		for name, v := range map[string]float64{
			"value": a.Value, "rmse": math.Sqrt(a.MSE), "ci_lower": i.Lower, "ci_upper": i.Upper, "direct": e.Value, "direct_se": e.SE,
			"direct_se_smoothed": math.Sqrt(m.smoothed[d]) * m.register[d], "synthetic": a.Synthetic, "shrinkage": a.Shrinkage,
			"gain_pct": m.gain(d, a), "register": m.register[d],
		} {
			number[name][d] = v
		}
	}
	table := columns.Table{{Name: "level", Text: levels}, {Name: "area", Text: m.codes}, {Name: "kind", Text: kind}}
	for _, name := range names {
		table = append(table, columns.Column{Name: name, Float: number[name]})
	}
	table[1].Text = slices.Clone(m.codes)
	return append(table, columns.Column{Name: "n", Int: sampled}, columns.Column{Name: "notes", Text: notes})
}

// withLowest adds a row for every area of the lowest level: the register's count times the ratio of the area it lies in.
// How far areas within one differ from that is not known, so there is no error.
func (m *smallAreaModel) withLowest(t columns.Table, estimates []analysis.AreaEstimate, level string) columns.Table {
	unknown := math.NaN()
	for _, a := range m.below {
		of := estimates[a.within]
		kind, value := analysis.Synthetic, of.Value/m.register[a.within]*a.register
		note := fmt.Sprintf("the ratio of its %s; how far %ss differ within it is not known", m.plan.Level, level)
		if math.IsNaN(value) {
			kind, note = analysis.Refused, "there is no ratio of its "+m.plan.Level
		}
		text := map[string]string{
			"level": level, "area": a.code, "kind": kind.String(), "notes": note,
		}
		number := map[string]float64{"value": value, "synthetic": value, "shrinkage": 1, "register": a.register}
		for i := range t {
			c := &t[i]
			switch {
			case c.Text != nil:
				c.Text = append(c.Text, text[c.Name])
			case c.Float != nil:
				v, ok := number[c.Name]
				if !ok {
					v = unknown
				}
				c.Float = append(c.Float, v)
			default:
				c.Int = append(c.Int, 0)
			}
		}
	}
	return t
}

func refusal(a analysis.AreaEstimate) string {
	if a.Kind != analysis.Refused {
		return ""
	}
	return a.Refusal.String()
}

func (m *smallAreaModel) details(fit *analysis.FayHerriot, estimates []analysis.AreaEstimate) *smallAreaDetails {
	d := &smallAreaDetails{
		Level: m.plan.Level, Definition: m.plan.Definition, Method: m.plan.Method, Benchmark: m.plan.Benchmark,
		Areas: map[string]int{}, Ratio: fit.Beta[0], Between: math.Sqrt(fit.A),
	}
	var gains []float64
	for i, a := range estimates {
		d.Areas[a.Kind.String()]++
		if g := m.gain(i, a); !math.IsNaN(g) {
			gains = append(gains, g)
		}
	}
	if len(gains) > 0 {
		slices.Sort(gains)
		d.GainPct = gains[len(gains)/2]
	}
	return d
}

// String says in a sentence what became of the areas.
func (d *smallAreaDetails) String() string {
	var kinds []string
	for _, kind := range []analysis.AreaKind{analysis.AreaEBLUP, analysis.Synthetic, analysis.Direct, analysis.Refused} {
		if n := d.Areas[kind.String()]; n > 0 {
			kinds = append(kinds, fmt.Sprintf("%d %s", n, kind))
		}
	}
	return fmt.Sprintf("%s by model: %s; the register saves %.0f %% of the variance (median)", d.Level, strings.Join(kinds, ", "), d.GainPct)
}
