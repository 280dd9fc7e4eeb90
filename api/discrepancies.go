package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/danielgtaylor/huma/v2/negotiation"
)

type discrepanciesInput struct {
	InStudy
	Paging
	Area       []string `query:"area,explode" doc:"codes of areas, repeated or with commas, as every list here"`
	Level      []string `query:"level,explode" doc:"levels of areas"`
	Parent     []string `query:"parent,explode" doc:"codes of the units directly above"`
	Definition []string `query:"definition,explode" doc:"population definitions"`
	Dimension  []string `query:"dimension,explode" doc:"dimensions: total, sex, age5, …"`
	Cell       []string `query:"cell,explode" doc:"cells: male, 0-4, …"`
	Verdict    []string `query:"verdict,explode" doc:"agrees, differs, cannot_tell"`
	Q          string   `query:"q" maxLength:"200" doc:"part of the area's name or code; accents do not matter"`
	Sort       string   `query:"sort" doc:"any column; -column descends; missing comes last, ties stay as in the table"`
	Format     string   `query:"format" enum:"json,csv" doc:"by default as Accept says; CSV holds all rows unless a page is asked for"`
	Accept     string   `header:"Accept" doc:"application/json or text/csv"`
}

// A DiscrepancyPage is one page of the rows that match.
type DiscrepancyPage struct {
	Total   int   `json:"total" doc:"rows that match"`
	Page    int   `json:"page"`
	PerPage int   `json:"per_page"`
	Rows    []Row `json:"rows" nullable:"false"`
}

type streamOutput struct{ Body func(huma.Context) }

func (s *server) discrepancyContent() map[string]*huma.MediaType {
	schema := s.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[DiscrepancyPage](), true, "")
	return map[string]*huma.MediaType{
		"application/json": {Schema: schema},
		"text/csv":         {Schema: &huma.Schema{Type: huma.TypeString}},
	}
}

func (s *server) listDiscrepancies(_ context.Context, in *discrepanciesInput) (*streamOutput, error) {
	x, err := s.open(in.ID)
	if err != nil {
		return nil, err
	}
	ids, err := x.discrepancies(in)
	if err != nil {
		return nil, err
	}
	if in.wantsCSV() {
		if in.asked() {
			ids = in.withDefaults().of(ids)
		}
		return &streamOutput{func(c huma.Context) { writeCSV(c, x, ids) }}, nil
	}
	page := x.page(ids, in.withDefaults())
	return &streamOutput{func(c huma.Context) { writeJSON(c, page) }}, nil
}

func (in *discrepanciesInput) wantsCSV() bool {
	if in.Format != "" {
		return in.Format == "csv"
	}
	return negotiation.SelectQValue(in.Accept, []string{"application/json", "text/csv"}) == "text/csv"
}

// discrepancies gives the matching rows in the order asked for.
func (x *index) discrepancies(in *discrepanciesInput) ([]int32, error) {
	f := newRowFilter(in)
	if err := x.checkRows(f); err != nil {
		return nil, err
	}
	ids := x.filterRows(f)
	return ids, x.sortRows(ids, in.Sort)
}

func (x *index) page(ids []int32, p Paging) DiscrepancyPage {
	page := DiscrepancyPage{Total: len(ids), Page: p.Page, PerPage: p.PerPage, Rows: []Row{}}
	for _, id := range p.of(ids) {
		page.Rows = append(page.Rows, newRow(&x.Rows[id]))
	}
	return page
}

func writeJSON(c huma.Context, v any) {
	c.SetHeader("Content-Type", "application/json")
	c.SetHeader("Vary", "Accept")
	c.SetStatus(http.StatusOK)
	// An error here is the client having left: there is nobody to tell.
	_ = json.NewEncoder(humagin.Unwrap(c).Writer).Encode(v)
}
