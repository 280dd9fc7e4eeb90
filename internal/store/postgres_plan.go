package store

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// A planNode is a node of a plan of PostgreSQL, with what is asked of it here.
type planNode struct {
	Type      string     `json:"Node Type"`
	Relations string     `json:"Relations"` // of a foreign scan that does more than scan
	Relation  string     `json:"Relation Name"`
	Schema    string     `json:"Schema"`
	Async     bool       `json:"Async Capable"`
	Provider  string     `json:"Custom Plan Provider"`
	Plans     []planNode `json:"Plans"`
}

// each visits a node and all below it; aggregated tells whether an aggregate is above.
func (n planNode) each(aggregated bool, visit func(n planNode, aggregated bool)) {
	visit(n, aggregated)
	for _, child := range n.Plans {
		child.each(aggregated || n.Type == "Aggregate", visit)
	}
}

// aggregatedRelation matches a foreign scan that adds up one table: schema, table and alias, each quoted where it must be.
var aggregatedRelation = regexp.MustCompile(`^Aggregate on \((.+)\)$`)

// A where is how the parts of a table on other servers are read by a statement.
type where struct {
	read       map[string]bool // the foreign tables that are read at all
	aggregated map[string]bool // those that are counted where they lie
	async      map[string]bool // those read while others are
	foreign    int             // foreign scans
	workers    bool            // whether Citus has its workers count
}

// whereOf reads a plan.
func whereOf(plan planNode) where {
	w := where{read: make(map[string]bool), aggregated: make(map[string]bool), async: make(map[string]bool)}
	plan.each(false, func(n planNode, aggregated bool) {
		if strings.HasPrefix(n.Provider, "Citus") {
			w.workers = !aggregated
		}
		if n.Type != "Foreign Scan" {
			return
		}
		w.foreign++
		name := tableName(n.Schema, n.Relation)
		if m := aggregatedRelation.FindStringSubmatch(n.Relations); m != nil {
			name = withoutAlias(m[1])
			w.aggregated[name] = true
		}
		w.read[name] = true
		if n.Async {
			w.async[name] = true
		}
	})
	return w
}

// withoutAlias is a table's name as it is before its alias, which is as it is quoted for SQL.
func withoutAlias(name string) string {
	inside := false
	for i, c := range name {
		switch {
		case c == '"':
			inside = !inside
		case c == ' ' && !inside:
			return name[:i]
		}
	}
	return name
}

// tableName is how plans write a table in a list of relations.
func tableName(schema, table string) string {
	return quotedWhereNeeded(schema) + "." + quotedWhereNeeded(table)
}

var plainName = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

// quotedWhereNeeded quotes a name that is not plain; PostgreSQL quotes words of its own too, which are few and looked up
// by whom it matters to.
func quotedWhereNeeded(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return quoted(name)
}

// plan is the plan of a statement.
func (p *postgres) plan(ctx context.Context, statement string) (planNode, error) {
	text, err := p.explained(ctx, "VERBOSE, FORMAT JSON", statement)
	if err != nil {
		return planNode{}, err
	}
	var plans []struct{ Plan planNode }
	if err := json.Unmarshal([]byte(text), &plans); err != nil || len(plans) != 1 {
		return planNode{}, fmt.Errorf("the plan of a statement cannot be read: %w", err)
	}
	return plans[0].Plan, nil
}

// explained is the answer of EXPLAIN.
func (p *postgres) explained(ctx context.Context, options, statement string) (string, error) {
	rows, err := p.query(ctx, "EXPLAIN ("+options+") "+statement)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return "", err
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), rows.Err()
}
