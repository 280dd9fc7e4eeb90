package results

import (
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/concord-stat/concord/internal/columns"
)

// further are the tables that a comparison has beside its discrepancies, read when somebody asks for them.
type further struct {
	load func(name string) (columns.Table, error) // nil when all are there
	mu   sync.Mutex
	of   map[string]columns.Table
}

func newFurther(load func(name string) (columns.Table, error)) *further {
	return &further{load: load, of: make(map[string]columns.Table)}
}

// Add gives a comparison that is being made one more table. The name becomes that of a file.
func (c *Comparison) Add(name string, t columns.Table) {
	c.Summary.Tables = append(c.Summary.Tables, name)
	c.tables.of[name] = t
}

// Table is a table beside the discrepancies; an error that wraps fs.ErrNotExist when there is none of the name. It is read once,
// and nobody changes it.
func (c *Comparison) Table(name string) (columns.Table, error) {
	if !slices.Contains(c.Summary.Tables, name) {
		return nil, fmt.Errorf("results: no table %q: %w", name, fs.ErrNotExist)
	}
	c.tables.mu.Lock()
	defer c.tables.mu.Unlock()
	if t, ok := c.tables.of[name]; ok {
		return t, nil
	}
	t, err := c.tables.load(name)
	if err == nil {
		c.tables.of[name] = t
	}
	return t, err
}

func (c *Comparison) saveTables(dir string) error {
	for _, name := range c.Summary.Tables {
		t, err := c.Table(name)
		if err != nil {
			return err
		}
		if err := t.Save(dir, name); err != nil {
			return err
		}
	}
	return nil
}
