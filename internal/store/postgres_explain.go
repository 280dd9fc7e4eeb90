package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// smallFetch is the fetch_size below which the rows that travel are slowed down by asking for them.
const smallFetch = 10_000

func (p *postgres) explain(ctx context.Context, s *Source, r Request) (Plan, error) {
	q, err := s.fine(ctx, p, r)
	if err != nil {
		return Plan{}, err
	}
	n, err := p.narrow(ctx, q, r)
	if err != nil {
		return Plan{}, s.fail(err)
	}
	q.bits = packings[0]
	e := explanation{p: p, q: q}
	e.Reading = p.reading(q, n)
	if err := e.statements(ctx, n.condition); err != nil {
		return Plan{}, s.fail(err)
	}
	if err := e.find(ctx, n.condition); err != nil {
		return Plan{}, s.fail(err)
	}
	return e.Plan, nil
}

// reading says how the table is read.
func (p *postgres) reading(q *fineQuery, n narrowing) string {
	read := "in one statement"
	if size := max(1, p.at.Pages/max(p.table.parts, 1)); !n.indexed && p.table.pages > size {
		read = fmt.Sprintf("in pieces of %d pages over %d connections that share one snapshot", size*max(p.table.parts, 1), p.at.Connections)
	}
	if p.table.elsewhere() {
		read = "in one statement over one connection, which the other servers work on"
	}
	if len(q.apart) > 0 {
		read += fmt.Sprintf(", and %d more for the dimensions whose levels are not known before", len(q.apart))
	}
	switch {
	case n.indexed:
		read += "; the wanted areas are found by their indexes"
	case n.condition != "":
		read += "; all rows are gone through, and those of areas that are not wanted are left out"
	}
	return read
}

// An explanation is a plan in the making.
type explanation struct {
	Plan
	p     *postgres
	q     *fineQuery
	where []where // of every statement
}

// statements explains every statement.
func (e *explanation) statements(ctx context.Context, condition string) error {
	all := []string{e.q.base(e.p, condition)}
	for _, d := range e.q.apart {
		all = append(all, e.q.groupedBy(e.p, d, condition))
	}
	for _, text := range all {
		shown, err := e.p.explained(ctx, "VERBOSE, COSTS OFF", text)
		if err != nil {
			return err
		}
		plan, err := e.p.plan(ctx, text)
		if err != nil {
			return err
		}
		e.Statements, e.where = append(e.Statements, shown), append(e.where, whereOf(plan))
	}
	return nil
}

// find tells what becomes of the parts on other servers, and looks for what is in the way.
func (e *explanation) find(ctx context.Context, condition string) error {
	t := &e.p.table
	foreign := slices.ContainsFunc(e.where, func(w where) bool { return w.foreign > 0 })
	if e.Aggregated = !foreign; t.citus {
		e.Aggregated = !slices.ContainsFunc(e.where, func(w where) bool { return !w.workers })
	}
	if !t.elsewhere() {
		if foreign {
			e.add(fmt.Sprintf("%s is a %s over tables on other servers, and Concord cannot see what those are divided by", t.sql, kindsOfTables[t.kind]),
				"name the partitioned table itself in register.table, and filter with register.where")
		}
		return nil
	}
	if len(t.shards) > 0 {
		e.Aggregated = e.servers()
	}
	if !e.Aggregated {
		if err := e.obstacles(ctx, condition); err != nil {
			return err
		}
	}
	e.brakes()
	return nil
}

var kindsOfTables = map[string]string{"r": "table", "m": "materialised view", "p": "partitioned table", "v": "view", "f": "foreign table"}

func (e *explanation) add(what, mend string) { e.Findings = append(e.Findings, Finding{what, mend}) }

// servers lists the servers, and tells whether everything is counted on them.
func (e *explanation) servers() (all bool) {
	all = true
	for _, s := range e.p.table.shards {
		server := ServerPlan{Server: s.name, Tables: len(s.parts), Async: true, FetchSize: s.option("fetch_size", "100")}
		for _, part := range s.parts {
			counted := !slices.ContainsFunc(e.where, func(w where) bool { return w.read[part] && !w.aggregated[part] })
			server.Async = server.Async && !slices.ContainsFunc(e.where, func(w where) bool { return w.read[part] && !w.async[part] })
			if counted {
				server.Aggregated++
			}
		}
		all = all && server.Aggregated == server.Tables
		e.Servers = append(e.Servers, server)
	}
	return all
}

// brakes finds what slows down servers that do count.
func (e *explanation) brakes() {
	for i, s := range e.p.table.shards {
		name := quoted(s.name)
		if len(e.Servers) > 1 && s.option("async_capable", "false") != "true" {
			e.add("the server "+s.name+" works only while the others wait: its async_capable is off",
				"ALTER SERVER "+name+" OPTIONS (ADD async_capable 'true')")
		}
		if n, err := strconv.Atoi(e.Servers[i].FetchSize); err == nil && n < smallFetch {
			verb := "ADD"
			if strings.Contains(strings.Join(s.options, ","), "fetch_size=") {
				verb = "SET"
			}
			e.add(fmt.Sprintf("the server %s gives its cells out %d at a time", s.name, n),
				fmt.Sprintf("ALTER SERVER %s OPTIONS (%s fetch_size '%d')", name, verb, smallFetch))
		}
	}
}
