package store

import (
	"context"
	"fmt"
	"strings"
)

// An item is a part of a statement that the other servers must be able to compute.
type item struct {
	what string // what it is for, in words
	sql  string
	in   func(sql string) (selected, where string) // where it stands
}

func asKey(sql string) (selected, where string)       { return sql + " AS item, ", "" }
func asCondition(sql string) (selected, where string) { return "", " WHERE " + sql }

// items are the parts of a query.
func (q *fineQuery) items(narrowed string) (all []item) {
	add := func(what, sql string, in func(string) (string, string)) {
		if sql != "" {
			all = append(all, item{what, sql, in})
		}
	}
	for _, a := range q.areas {
		add("the area "+a.sql, a.sql, asKey)
	}
	add("sex", q.sex.sql, asKey)
	add("the age", q.age, asKey)
	for _, c := range q.where {
		add("the condition of "+c.name, c.sql, asCondition)
	}
	add("the condition of the wanted areas", narrowed, asCondition)
	add("the count", q.counted, asKey)
	add("the noise", q.noise, asKey)
	for _, d := range q.coded {
		add("the dimension "+d.column.sql, d.column.sql, asKey)
		add("the codes of the dimension "+d.column.sql, isOneOf("btrim("+d.column.sql+")", flatten(d.codes)), asCondition)
	}
	for _, d := range q.apart {
		add("the dimension "+d.column.sql, d.column.sql, asKey)
	}
	return all
}

// obstacles finds what keeps the servers from counting, by asking for the plan of one part of the statement at a time.
func (e *explanation) obstacles(ctx context.Context, narrowed string) error {
	ok, err := e.counts(ctx, "", "")
	if err != nil {
		return err
	}
	if !ok {
		return e.structure(ctx)
	}
	found := len(e.Findings)
	for _, i := range e.q.items(narrowed) {
		selected, where := i.in(i.sql)
		if ok, err = e.counts(ctx, selected, where); err != nil {
			return err
		}
		if ok {
			continue
		}
		what, mend, err := e.p.whyHere(ctx, i.sql)
		if err != nil {
			return err
		}
		e.add(i.what+" is computed on this server, so that every row comes here: "+what, mend)
	}
	if len(e.Findings) == found {
		e.add("every part of the statement could run where the rows lie, but the planner thinks it dearer than to fetch them",
			"ANALYZE the foreign tables, or ALTER SERVER … OPTIONS (ADD use_remote_estimate 'true')")
	}
	return nil
}

// counts tells whether a count by the keys of the table, and by one part of the statement, runs where the rows lie.
func (e *explanation) counts(ctx context.Context, selected, condition string) (bool, error) {
	keys := ""
	for i, k := range e.q.keys {
		keys += fmt.Sprintf("%s AS key%d, ", k, i)
	}
	n := len(e.q.keys)
	if selected != "" {
		n++
	}
	group := ""
	if n > 0 {
		ordinals := make([]string, n)
		for i := range ordinals {
			ordinals[i] = fmt.Sprint(i + 1)
		}
		group = " GROUP BY " + strings.Join(ordinals, ", ")
	}
	plan, err := e.p.plan(ctx, "SELECT "+selected+keys+"count(*) FROM "+e.q.from+condition+group)
	if err != nil {
		return false, err
	}
	w := whereOf(plan)
	for part := range w.read {
		if !w.aggregated[part] {
			return false, nil
		}
	}
	return w.foreign > 0 || w.workers, nil
}

// structure says why not even the rows are counted where they lie.
func (e *explanation) structure(ctx context.Context) error {
	p := e.p
	for _, s := range p.table.shards {
		if s.wrapper != "postgres_fdw" {
			e.add(fmt.Sprintf("the server %s is reached by %s, which cannot have it count", s.name, s.wrapper), "take postgres_fdw where the other server is PostgreSQL")
		}
	}
	const questions = "SELECT EXISTS (SELECT FROM pg_partitioned_table WHERE partstrat = 'h' AND (partrelid = %[1]d OR " +
		"partrelid IN (SELECT relid FROM pg_partition_tree(%[1]d)))), row_security_active(%[1]d::oid)"
	rows, err := p.query(ctx, fmt.Sprintf(questions, p.table.oid))
	if err != nil {
		return err
	}
	defer rows.Close()
	var hashed, filtered bool
	for rows.Next() {
		if err := rows.Scan(&hashed, &filtered); err != nil {
			return err
		}
	}
	if hashed {
		e.add("the table is divided by the hash of a key that the tally does not group by",
			"divide it by LIST or RANGE of an area, such as the province")
	}
	if filtered {
		e.add("row-level security of the table adds a filter that is evaluated on this server",
			"put the policy on the tables of the other servers, or give the role a view of its own there")
	}
	if !hashed && !filtered && len(e.Findings) == 0 {
		e.add("the table's own keys, "+strings.Join(e.q.keys, ", ")+", are not counted by where they lie",
			"see the plan: the keys must be plain columns of built-in types")
	}
	return rows.Err()
}
