package store_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/concord-stat/concord/internal/pgcluster"
	"github.com/concord-stat/concord/internal/store"
)

// Where Citus is installed, its workers count: the statements are those of any PostgreSQL, grouped by the distribution
// column too. One node is coordinator and worker.
func TestCitus(t *testing.T) {
	ctx, shared := context.Background(), pgcluster.Shared(t, 0)
	conn, err := pgx.Connect(ctx, shared.Socket("postgres"))
	check(t, err)
	defer conn.Close(ctx)
	var installed bool
	check(t, conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'citus')").Scan(&installed))
	if !installed {
		t.Skip("the extension citus is not installed beside PostgreSQL (Debian does not have it)")
	}
	c := pgcluster.ForTest(t, pgcluster.Options{Settings: map[string]string{"shared_preload_libraries": "citus"}})
	const n = 200_000
	check(t, c.Exec(ctx, "postgres", "CREATE EXTENSION citus"))
	check(t, c.Exec(ctx, "postgres", "CREATE TABLE whole AS SELECT * FROM ("+persons(0, n)+") AS p("+dividedColumns+");"+
		"CREATE TABLE persons (LIKE whole); SELECT create_distributed_table('persons', 'province'); INSERT INTO persons TABLE whole"))
	at := func(table string) store.Location {
		return store.Location{Table: table, Postgres: &store.Postgres{Connection: c.Socket("postgres")}}
	}
	r := everything()
	want, err := opened(t, at("whole")).Tally(ctx, r)
	check(t, err)
	s := opened(t, at("persons"))
	got, err := s.Tally(ctx, r)
	check(t, err)
	same(t, "citus", want, got)
	plan, err := s.Explain(ctx, r)
	check(t, err)
	if !plan.Aggregated || !strings.Contains(strings.Join(plan.Statements, "\n"), "Citus Adaptive") {
		t.Errorf("aggregated on the workers: %v, findings %v\n%s", plan.Aggregated, plan.Findings, strings.Join(plan.Statements, "\n"))
	}
}
