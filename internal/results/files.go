package results

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/columns"
)

// Files of a comparison.
const (
	summaryFile   = "summary.json"
	areasTable    = "areas"
	discrepancies = "discrepancies"
)

// Save writes the comparison: discrepancies as Parquet, CSV and JSON, the areas, and the summary.
func (c *Comparison) Save(dir string) error {
	table := Table(c.Rows)
	var both errgroup.Group
	both.Go(func() error { return table.Save(dir, discrepancies) })
	both.Go(func() error { return columns.Create(filepath.Join(dir, discrepancies+".json"), table.WriteJSON) })
	if err := both.Wait(); err != nil {
		return err
	}
	if err := c.AreasTable().Save(dir, areasTable); err != nil {
		return err
	}
	if err := c.saveTables(dir); err != nil {
		return err
	}
	return columns.Create(filepath.Join(dir, summaryFile), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(c.Summary)
	})
}

// Open reads a comparison that Save wrote. The caller has seen to the seal.
func Open(dir string) (*Comparison, error) {
	text, err := os.ReadFile(filepath.Join(dir, summaryFile))
	if err != nil {
		return nil, err
	}
	var s Summary
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("%s: %w", summaryFile, err)
	}
	load := func(name string) (columns.Table, error) { return columns.Load(filepath.Join(dir, name+".parquet")) }
	areas, err := load(areasTable)
	if err != nil {
		return nil, err
	}
	rows, err := load(discrepancies)
	if err != nil {
		return nil, err
	}
	return FromTables(s, areas, rows, load)
}

// FromTables makes a comparison of its tables, wherever they were kept: areas and discrepancies with the columns that
// AreasTable and Table give them, and the further tables of the summary, which load is asked for when somebody wants them.
func FromTables(s Summary, areas, rows columns.Table, load func(name string) (columns.Table, error)) (*Comparison, error) {
	all, err := rowsOf(rows)
	if err != nil {
		return nil, err
	}
	c := New(s, areasOf(areas), all)
	c.tables = newFurther(load)
	return c, nil
}

// AreasTable is the areas in columns.
func (c *Comparison) AreasTable() columns.Table {
	t := columns.Table{{Name: "area"}, {Name: "name"}, {Name: "level"}, {Name: "parent"}, {Name: "type"}}
	for i := range t {
		t[i].Text = make([]string, 0, len(c.Areas))
	}
	drawn, of := make([]int64, 0, len(c.Areas)), make([]int64, 0, len(c.Areas))
	for _, a := range c.Areas {
		for i, text := range []string{a.Code, a.Name, a.Level, a.Parent, a.Type} {
			t[i].Text = append(t[i].Text, text)
		}
		drawn, of = append(drawn, int64(a.Drawn)), append(of, int64(a.Of))
	}
	return append(t, columns.Column{Name: "drawn", Int: drawn}, columns.Column{Name: "of", Int: of})
}

func areasOf(t columns.Table) []Area {
	areas := make([]Area, t.Rows())
	for i := range areas {
		areas[i] = Area{
			Code: t[0].Text[i], Name: t[1].Text[i], Level: t[2].Text[i], Parent: t[3].Text[i], Type: t[4].Text[i],
			Drawn: int(t[5].Int[i]), Of: int(t[6].Int[i]),
		}
	}
	return areas
}

// A field is one column of the discrepancies: its name and where it lies in a row.
type field struct {
	name   string
	text   func(*compare.Discrepancy) *string
	number func(*compare.Discrepancy) *float64
}

// fields are the columns of discrepancies, in their order.
var fields = []field{
	{name: "area", text: func(d *compare.Discrepancy) *string { return &d.Area }},
	{name: "area_name", text: func(d *compare.Discrepancy) *string { return &d.AreaName }},
	{name: "definition", text: func(d *compare.Discrepancy) *string { return &d.Definition }},
	{name: "dimension", text: func(d *compare.Discrepancy) *string { return &d.Dimension }},
	{name: "cell", text: func(d *compare.Discrepancy) *string { return &d.Cell }},
	{name: "register", number: func(d *compare.Discrepancy) *float64 { return &d.Register }},
	{name: "register_se", number: func(d *compare.Discrepancy) *float64 { return &d.RegisterSE }},
	{name: "census", number: func(d *compare.Discrepancy) *float64 { return &d.Census }},
	{name: "census_se", number: func(d *compare.Discrepancy) *float64 { return &d.CensusSE }},
	{name: "difference", number: func(d *compare.Discrepancy) *float64 { return &d.Difference }},
	{name: "difference_pct", number: func(d *compare.Discrepancy) *float64 { return &d.DifferencePct }},
	{name: "ci_lower", number: func(d *compare.Discrepancy) *float64 { return &d.CILower }},
	{name: "ci_upper", number: func(d *compare.Discrepancy) *float64 { return &d.CIUpper }},
	{name: "p_value", number: func(d *compare.Discrepancy) *float64 { return &d.PValue }},
	{name: "q_value", number: func(d *compare.Discrepancy) *float64 { return &d.QValue }},
	{name: "margin_pct", number: func(d *compare.Discrepancy) *float64 { return &d.MarginPct }},
	{name: "verdict", text: func(d *compare.Discrepancy) *string { return (*string)(&d.Verdict) }},
	{name: "notes", text: func(d *compare.Discrepancy) *string { return &d.Notes }},
	{name: "ratio", number: func(d *compare.Discrepancy) *float64 { return &d.Ratio }},
	{name: "ratio_lower", number: func(d *compare.Discrepancy) *float64 { return &d.RatioLower }},
	{name: "ratio_upper", number: func(d *compare.Discrepancy) *float64 { return &d.RatioUpper }},
	{name: "log_ratio_se", number: func(d *compare.Discrepancy) *float64 { return &d.LogRatioSE }},
	{name: "std_difference", number: func(d *compare.Discrepancy) *float64 { return &d.StdDifference }},
	{name: "std_difference_se", number: func(d *compare.Discrepancy) *float64 { return &d.StdDifferenceSE }},
	{name: "equivalence_p", number: func(d *compare.Discrepancy) *float64 { return &d.EquivalenceP }},
	{name: "noise_sd", number: func(d *compare.Discrepancy) *float64 { return &d.NoiseSD }},
	{name: "family", text: func(d *compare.Discrepancy) *string { return &d.Family }},
	{name: "register_lower", number: func(d *compare.Discrepancy) *float64 { return &d.RegisterBounds.Lower }},
	{name: "register_upper", number: func(d *compare.Discrepancy) *float64 { return &d.RegisterBounds.Upper }},
	{name: "census_lower", number: func(d *compare.Discrepancy) *float64 { return &d.CensusBounds.Lower }},
	{name: "census_upper", number: func(d *compare.Discrepancy) *float64 { return &d.CensusBounds.Upper }},
}

// Table gives discrepancies as columns.
func Table(rows []compare.Discrepancy) columns.Table {
	table := make(columns.Table, len(fields))
	for i, f := range fields {
		table[i].Name = f.name
		if f.text != nil {
			table[i].Text = make([]string, len(rows))
		} else {
			table[i].Float = make([]float64, len(rows))
		}
		for j := range rows {
			if f.text != nil {
				table[i].Text[j] = *f.text(&rows[j])
			} else {
				table[i].Float[j] = *f.number(&rows[j])
			}
		}
	}
	return table
}

func rowsOf(table columns.Table) ([]compare.Discrepancy, error) {
	rows := make([]compare.Discrepancy, table.Rows())
	for _, f := range fields {
		c, err := table.Column(f.name)
		if err != nil {
			return nil, err
		}
		for j := range rows {
			if f.text != nil {
				*f.text(&rows[j]) = c.Text[j]
			} else {
				*f.number(&rows[j]) = c.Float[j]
			}
		}
	}
	return rows, nil
}
