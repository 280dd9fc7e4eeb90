package api

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/negotiation"

	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/columns"
)

// A TableInfo describes a table that the comparison has beside its discrepancies.
type TableInfo struct {
	Name    string   `json:"name"`
	Rows    int      `json:"rows"`
	Columns []string `json:"columns" nullable:"false"`
	Link    string   `json:"link"`
}

type tablesOutput struct {
	Body struct {
		Tables []TableInfo `json:"tables" nullable:"false"`
	}
}

func (s *server) listTables(_ context.Context, in *InStudy) (*tablesOutput, error) {
	x, err := s.open(in.ID)
	if err != nil {
		return nil, err
	}
	var out tablesOutput
	out.Body.Tables = []TableInfo{}
	for _, name := range x.Summary.Tables {
		t, err := x.Table(name)
		if err != nil {
			return nil, err
		}
		out.Body.Tables = append(out.Body.Tables, TableInfo{name, t.Rows(), namesOf(t), studyPath(x.study) + "/tables/" + name})
	}
	return &out, nil
}

func namesOf(t columns.Table) []string {
	names := make([]string, len(t))
	for i, c := range t {
		names[i] = c.Name
	}
	return names
}

type tableInput struct {
	InStudy
	Paging
	Name   string   `path:"name" doc:"name of the table"`
	Where  []string `query:"where,explode" doc:"column:value, such as level:commune; repeated for several columns, or for several values of one"`
	Sort   string   `query:"sort" doc:"any column; -column descends; missing comes last, ties stay as in the table"`
	Format string   `query:"format" enum:"json,csv" doc:"by default as Accept says; CSV holds all rows unless a page is asked for"`
	Lang   string   `query:"lang" enum:"vi,en" doc:"language of remarks, where their words are known in it; that of the table, English, by default. Only of JSON."`
	Accept string   `header:"Accept" doc:"application/json or text/csv"`
}

// A TablePage is one page of the rows of a table that match, each an object with the columns of the table.
type TablePage struct {
	Name    string            `json:"name"`
	Columns []string          `json:"columns" nullable:"false" doc:"in the order of the table"`
	Total   int               `json:"total" doc:"rows that match"`
	Page    int               `json:"page"`
	PerPage int               `json:"per_page"`
	Rows    []map[string]any  `json:"rows" nullable:"false"`
	Names   map[string]string `json:"names" doc:"of the areas in these rows, by code"`
}

func (s *server) tableContent() map[string]*huma.MediaType {
	schema := s.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[TablePage](), true, "")
	return map[string]*huma.MediaType{
		"application/json": {Schema: schema},
		"text/csv":         {Schema: &huma.Schema{Type: huma.TypeString}},
	}
}

func (s *server) getTable(_ context.Context, in *tableInput) (*streamOutput, error) {
	x, err := s.open(in.ID)
	if err != nil {
		return nil, err
	}
	t, err := x.Table(in.Name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, notFound{"no such table in this study", "see its /tables for those there are"}
	}
	if err != nil {
		return nil, err
	}
	ids, err := rowsWhere(t, in.Where)
	if err == nil {
		err = sortTable(t, ids, in.Sort)
	}
	if err != nil {
		return nil, err
	}
	if in.wantsCSV() {
		if in.asked() {
			ids = in.withDefaults().of(ids)
		}
		return &streamOutput{func(c huma.Context) { writeTable(c, x.study+"-"+in.Name, t, ids) }}, nil
	}
	p := in.withDefaults()
	page := TablePage{Name: in.Name, Columns: namesOf(t), Total: len(ids), Page: p.Page, PerPage: p.PerPage, Rows: []map[string]any{}, Names: map[string]string{}}
	for _, id := range p.of(ids) {
		row := object(t, id)
		translate(row, in.Lang)
		page.Rows = append(page.Rows, row)
		if a, err := x.area(fmt.Sprint(row["area"])); err == nil {
			page.Names[a.Code] = a.Name
		}
	}
	return &streamOutput{func(c huma.Context) { writeJSON(c, page) }}, nil
}

func (in *tableInput) wantsCSV() bool {
	if in.Format != "" {
		return in.Format == "csv"
	}
	return negotiation.SelectQValue(in.Accept, []string{"application/json", "text/csv"}) == "text/csv"
}

// rowsWhere gives the rows that match every condition; conditions on one column are alternatives.
func rowsWhere(t columns.Table, where []string) ([]int32, error) {
	admitted := make(map[int][]string)
	for _, w := range where {
		name, value, _ := strings.Cut(w, ":")
		at := slices.Index(namesOf(t), name)
		if at < 0 {
			return nil, badValue{"column of where", name, namesOf(t)}
		}
		admitted[at] = append(admitted[at], value)
	}
	ids := []int32{}
	for row := range int32(t.Rows()) {
		if matchesAll(t, row, admitted) {
			ids = append(ids, row)
		}
	}
	return ids, nil
}

func matchesAll(t columns.Table, row int32, admitted map[int][]string) bool {
	for at, values := range admitted {
		if !slices.Contains(values, t[at].Value(int(row))) {
			return false
		}
	}
	return true
}

// sortTable sorts by any column; without one the rows stay as they are.
func sortTable(t columns.Table, ids []int32, sort string) error {
	if sort == "" {
		return nil
	}
	by := parseOrder(sort)
	at := slices.Index(namesOf(t), by.column)
	switch {
	case at < 0:
		return badValue{"sort", sort, namesOf(t)}
	case t[at].Text != nil:
		text := func(id int32) string { return t[at].Text[id] }
		sortByKey(ids, textKeys(ids, text, compareTexts(by.column), by.descending))
	default:
		sortByKey(ids, func(id int32) uint64 { return numberKey(numberAt(t[at], id), by.descending) })
	}
	return nil
}

func numberAt(c columns.Column, id int32) float64 {
	if c.Int != nil {
		return float64(c.Int[id])
	}
	return c.Float[id]
}

// translate puts the remarks of a row into a language.
func translate(row map[string]any, language string) {
	for _, column := range []string{"notes", "basis", "chosen_by"} {
		if text, ok := row[column].(string); ok {
			row[column] = chart.NoteText(language, text)
		}
	}
}

// object is a row as JSON.
func object(t columns.Table, id int32) map[string]any {
	row := make(map[string]any, len(t))
	for _, c := range t {
		switch {
		case c.Text != nil:
			row[c.Name] = c.Text[id]
		case c.Int != nil:
			row[c.Name] = json.Number(c.Value(int(id)))
		default:
			row[c.Name] = Number(c.Float[id])
		}
	}
	return row
}

// writeTable streams rows as CSV.
func writeTable(c huma.Context, name string, t columns.Table, ids []int32) {
	c.SetHeader("Content-Type", "text/csv; charset=utf-8; header=present")
	c.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + ".csv"}))
	c.SetHeader("Vary", "Accept")
	c.SetStatus(http.StatusOK)
	out := bufio.NewWriterSize(c.BodyWriter(), 1<<16)
	if err := streamTable(c.Context(), csv.NewWriter(out), t, ids); err != nil || out.Flush() != nil {
		panic(http.ErrAbortHandler) // half a table must not pass for a whole one
	}
}

func streamTable(ctx context.Context, out *csv.Writer, t columns.Table, ids []int32) error {
	if err := out.Write(namesOf(t)); err != nil {
		return err
	}
	record := make([]string, len(t))
	for n, id := range ids {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for i, c := range t {
			record[i] = c.Value(int(id))
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
