package store

import "context"

// A Plan says how a register is read for a tally.
type Plan struct {
	// Reading is how, in words.
	Reading string `json:"reading"`
	// Servers are the other servers that the rows lie on, if they do.
	Servers []ServerPlan `json:"servers,omitempty"`
	// Aggregated tells whether every row is counted on the server it lies on, so that only cells travel.
	Aggregated bool `json:"aggregated_where_rows_lie"`
	// Findings are what stops that or slows it down, and how to mend it.
	Findings []Finding `json:"findings,omitempty"`
	// Statements are the plans that the database has for the statements, as its EXPLAIN shows them.
	Statements []string `json:"statements,omitempty"`
}

// A ServerPlan is what becomes of the part of a table that lies on another server.
type ServerPlan struct {
	Server     string `json:"server"`
	Tables     int    `json:"tables"`     // parts of the register there
	Aggregated int    `json:"aggregated"` // of these, parts that are counted there by every statement
	Async      bool   `json:"async"`      // whether it works while others do
	FetchSize  string `json:"fetch_size,omitempty"`
}

// A Finding is what stops or slows a tally.
type Finding struct {
	What string `json:"what"`
	Mend string `json:"mend"`
}

// Explain says how a tally would be read, without reading it.
func (s *Source) Explain(ctx context.Context, r Request) (Plan, error) {
	if p, ok := s.db.(*postgres); ok {
		return p.explain(ctx, s, r)
	}
	return Plan{Reading: "one statement in this process, over all cores", Aggregated: true}, nil
}
