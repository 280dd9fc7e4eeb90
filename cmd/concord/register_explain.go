package main

import (
	"context"
	"fmt"
	"io"

	"github.com/concord-stat/concord/internal/store"
)

func (env *environ) explainRegister(ctx context.Context) (store.Plan, error) {
	r, listed, err := env.openRegister(ctx)
	if err != nil {
		return store.Plan{}, err
	}
	defer r.Close()
	return r.Explain(ctx, listed, nil)
}

// printReading says how a register is read: what is in the way first, and the database's own words last.
func printReading(w io.Writer, p store.Plan) {
	fmt.Fprintf(w, "read: %s\n", p.Reading)
	for _, s := range p.Servers {
		at := "one after the other"
		if s.Async {
			at = "while the others do"
		}
		fmt.Fprintf(w, "server %s: counts %d of its %d tables, %s, %s cells a round trip\n", s.Server, s.Aggregated, s.Tables, at, s.FetchSize)
	}
	switch {
	case !p.Aggregated:
		fmt.Fprintln(w, "warning: persons travel, not counts: every row is fetched from where it lies")
	case len(p.Servers) > 0:
		fmt.Fprintln(w, "every person is counted on the server that holds the record")
	}
	for _, f := range p.Findings {
		fmt.Fprintf(w, "warning: %s\n         mend: %s\n", f.What, f.Mend)
	}
	for _, text := range p.Statements {
		fmt.Fprintf(w, "\n%s\n", text)
	}
}
