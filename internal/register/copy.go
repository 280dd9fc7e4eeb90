package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/concord-stat/concord/internal/store"
)

// CopyOptions say where a copy goes. Keys asks for the keys of persons and households too.
type CopyOptions struct {
	To   string
	Keys bool
}

// Copied is a file that was made of a register.
type Copied struct {
	File     string          `json:"file"`
	Rows     int64           `json:"rows"`
	Columns  []string        `json:"columns"`
	Bytes    int64           `json:"bytes"`
	SHA256   string          `json:"sha256"`
	Snapshot *store.Snapshot `json:"snapshot"`
}

// Copy makes a DuckDB file of what the study maps, which the study reads as it reads the database: every expression
// becomes a column of its own name.
func (r *Register) Copy(ctx context.Context, o CopyOptions) (Copied, error) {
	source, ok := r.source.(*store.Source)
	if !ok {
		return Copied{}, store.ErrNoDatabase
	}
	c := Copied{File: o.To, Snapshot: r.Snapshot()}
	table := r.study.Register.Table
	columns := r.mapped(o.Keys)
	for _, e := range columns {
		c.Columns = append(c.Columns, string(e))
	}
	var err error
	c.Rows, err = source.Copy(ctx, store.CopyRequest{Columns: columns, Where: store.Expression(r.study.Register.Where), File: o.To, Table: table})
	if err != nil {
		return Copied{}, fmt.Errorf("register: %w", err)
	}
	c.Snapshot.Rows = c.Rows
	c.Bytes, c.SHA256, err = digest(o.To)
	return c, err
}

// mapped are the expressions of a study over its register, once each. The condition on rows is among them, true in every row
// that is copied, so that a study which states it goes on to be understood.
func (r *Register) mapped(keys bool) (all []store.Expression) {
	p := r.persons()
	add := func(exprs ...store.Expression) {
		for _, e := range exprs {
			if e != "" && !slices.Contains(all, e) {
				all = append(all, e)
			}
		}
	}
	c := r.study.Register.Columns
	if keys {
		add(store.Expression(c.Person), store.Expression(c.Household))
	}
	add(store.Expression(c.Permanent), store.Expression(c.Temporary), store.Expression(c.Current))
	for _, d := range r.definitions() {
		add(d.Areas...)
	}
	add(p.Sex.Expr, p.BirthDate, p.BirthYearMonth, p.Age, p.DeathDate, p.RegisteredFrom, p.RegisteredTo, p.Count, p.NoiseSD)
	for _, d := range p.Dimensions {
		add(d.Expr)
	}
	add(store.Expression(r.study.Plan.PSU), p.Where)
	return all
}

// digest is the length of a file and its SHA-256.
func digest(path string) (int64, string, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	return n, hex.EncodeToString(sum.Sum(nil)), err
}
