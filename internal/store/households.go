package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A HouseholdRequest asks how many persons the households of every area have.
type HouseholdRequest struct {
	Persons    Persons // dimensions are not used
	Definition Definition
	Household  Expression // key; persons without one are households of one
	PSU        Expression // primary sampling unit within the area; empty where the register does not know it
	Categories []PersonCategory
	Reference  time.Time
	Listed     []string // codes that exist; empty when every code found is one
}

// A PersonCategory is persons of a level of sex and a range of ages; the zero value, with To -1, is everybody.
type PersonCategory struct {
	Sex      string // level; empty for both
	Aged     bool   // whether the range of ages counts
	From, To int    // completed years, both included; To below 0 for no upper end
}

// Households is the households of areas, or of the PSUs in them, in order of area and PSU; the texts are Missing where
// the register does not tell them.
type Households struct {
	Area, PSU  []string
	Households []int64
	Persons    [][]int64 // by category: Σ over households of the persons of the category
	Squares    [][]int64 // by category: Σ of their squares
}

// Households counts the households of every area under one definition, and sums the persons of every category and their
// squares over households: what the variance of a sample of households depends on. The persons of a household are those
// of one key in one area and PSU.
func (s *Source) Households(ctx context.Context, r HouseholdRequest) (*Households, error) {
	if err := s.loadAreas(ctx, r.Listed, nil); err != nil {
		return nil, err
	}
	q, err := s.householdQuery(ctx, r)
	if err != nil {
		return nil, err
	}
	rows, err := s.db.query(ctx, q)
	if err != nil {
		return nil, s.fail(err)
	}
	defer rows.Close()
	out := &Households{Persons: make([][]int64, len(r.Categories)), Squares: make([][]int64, len(r.Categories))}
	for rows.Next() {
		if err := out.scan(rows); err != nil {
			return nil, s.fail(err)
		}
	}
	return out, s.fail(rows.Err())
}

func (h *Households) scan(rows rows) error {
	var area, psu string
	var n int64
	sums := make([]int64, 2*len(h.Persons))
	dest := []any{&area, &psu, &n}
	for i := range sums {
		dest = append(dest, &sums[i])
	}
	if err := rows.Scan(dest...); err != nil {
		return err
	}
	h.Area, h.PSU, h.Households = append(h.Area, area), append(h.PSU, psu), append(h.Households, n)
	for i := range h.Persons {
		h.Persons[i], h.Squares[i] = append(h.Persons[i], sums[2*i]), append(h.Squares[i], sums[2*i+1])
	}
	return nil
}

// householdQuery reads the register once: persons, the areas they count in, their households, the sums over those.
func (s *Source) householdQuery(ctx context.Context, r HouseholdRequest) (string, error) {
	if r.Household == "" {
		return "", errors.New("store: no household key")
	}
	q := &query{}
	r.Persons.Dimensions = nil
	if err := s.addPersons(ctx, q, Request{Persons: r.Persons, Reference: r.Reference}); err != nil {
		return "", err
	}
	home, err := s.resolve(ctx, r.Household)
	if err != nil {
		return "", fmt.Errorf("household: %w", err)
	}
	psu := "NULL"
	if r.PSU != "" {
		unit, err := s.resolve(ctx, r.PSU)
		if err != nil {
			return "", fmt.Errorf("psu: %w", err)
		}
		psu = s.text(unit)
	}
	q.inner = append(q.inner, s.text(home)+" AS home", psu+" AS psu")
	q.keys = append(q.keys, "home", "psu")
	return s.householdText(ctx, q, r)
}

// householdText completes the statement. g and x, which tallies have, tell nothing here.
func (s *Source) householdText(ctx context.Context, q *query, r HouseholdRequest) (string, error) {
	if err := s.addDefinition(ctx, q, 0, r.Definition); err != nil {
		return "", fmt.Errorf("definition %s: %w", r.Definition.Name, err)
	}
	known := append(append([]string{}, q.keys...), "n", "0 AS g", "0 AS x")
	for i, a := range q.areas {
		q.inner = append(q.inner, fmt.Sprintf("%s AS a%d", s.text(a), i))
		column := fmt.Sprintf("a%d", i)
		if len(r.Listed) > 0 {
			column = fmt.Sprintf("CASE WHEN %s IN (SELECT code FROM %s AS l) THEN %s END AS %s", column, s.listed, column, column)
		}
		known = append(known, column)
	}
	counts, sums := categorySums(r.Categories)
	where := ""
	if len(q.where) > 0 {
		where = " WHERE " + strings.Join(q.where, " AND ")
	}
	return "WITH persons AS (SELECT " + strings.Join(q.inner, ", ") + " FROM " + s.from + where + "),\n" +
		"known AS (SELECT " + strings.Join(known, ", ") + " FROM persons),\n" +
		"defined AS (" + strings.Join(q.unions, "\nUNION ALL ") + "),\n" +
		"homes AS (SELECT area, psu, home, sum(n) AS n" + counts + " FROM defined GROUP BY area, psu, home)\n" +
		"SELECT " + s.db.bytewise("coalesce(area, '"+Missing+"')") + ", " + s.db.bytewise("coalesce(psu, '"+Missing+"')") + ",\n" +
		"CAST(sum(CASE WHEN home IS NULL THEN n ELSE 1 END) AS BIGINT)" + sums + "\nFROM homes GROUP BY 1, 2 ORDER BY 1, 2", nil
}

// categorySums are the select items of the categories: counts of a household, and sums over households of those and of
// their squares. Persons without a household come as one row of persons that are households of one.
func categorySums(categories []PersonCategory) (counts, sums string) {
	for i, c := range categories {
		counts += fmt.Sprintf(", coalesce(sum(n) FILTER (WHERE %s), 0) AS t%d", c.sql(), i)
		sums += fmt.Sprintf(", CAST(sum(t%[1]d) AS BIGINT), CAST(sum(CASE WHEN home IS NULL THEN t%[1]d ELSE t%[1]d * t%[1]d END) AS BIGINT)", i)
	}
	return counts, sums
}

// sql is the condition of belonging to the category.
func (c PersonCategory) sql() string {
	conditions := []string{"true"}
	if c.Sex != "" {
		conditions = append(conditions, "sex = "+literal(c.Sex))
	}
	if c.Aged {
		conditions = append(conditions, fmt.Sprintf("age >= %d", c.From))
		if c.To >= 0 {
			conditions = append(conditions, fmt.Sprintf("age <= %d", c.To))
		}
	}
	return strings.Join(conditions, " AND ")
}
