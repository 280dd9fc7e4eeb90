package stage_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/pgcluster"
	"github.com/concord-stat/concord/internal/stage"
)

// A shard that is down when the register is read fails the stage by its name and leaves nothing written, and one that is
// back gives the bytes of the same register in a file.
func TestShardDownLeavesNothingWritten(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the stage to give up")
	}
	ctx, coordinator := context.Background(), pgcluster.Shared(t, 0)
	database, shard := coordinator.Database(t), pgcluster.ForTest(t, pgcluster.Options{})
	dir := country(t, shard, "postgres")
	exec := func(c *pgcluster.Cluster, name, statements string) {
		t.Helper()
		if err := c.Exec(ctx, name, statements); err != nil {
			t.Fatal(err)
		}
	}
	other := coordinator.Database(t)
	country(t, coordinator, other)
	const middle = "permanent_area < '3' AND permanent_area IS NOT NULL"
	exec(shard, "postgres", "DELETE FROM persons WHERE NOT ("+middle+")")
	exec(coordinator, other, "DELETE FROM persons WHERE "+middle)
	exec(coordinator, database, "CREATE EXTENSION postgres_fdw; CREATE TABLE persons (household_id text, permanent_area text, temporary_area text, current_area text, sex text, "+
		"birth_date date, death_date date, ethnicity text, marital_status text) PARTITION BY RANGE (permanent_area)")
	for i, at := range []struct {
		c              *pgcluster.Cluster
		database, rows string
	}{{shard, "postgres", "FOR VALUES FROM (MINVALUE) TO ('3')"}, {coordinator, other, "DEFAULT"}} {
		exec(coordinator, database, fmt.Sprintf("CREATE SERVER shard_%[1]d FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '%[2]s', port '%[3]d', dbname '%[4]s', async_capable 'true');"+
			"CREATE USER MAPPING FOR postgres SERVER shard_%[1]d OPTIONS (user 'postgres');"+
			"CREATE FOREIGN TABLE part_%[1]d PARTITION OF persons %[5]s SERVER shard_%[1]d OPTIONS (table_name 'persons')", i+1, at.c.Dir, at.c.Port, at.database, at.rows))
	}
	here, there := runner(t, dir, "file: register.duckdb"), runner(t, dir, "postgres: {connection: "+coordinator.Socket(database)+"}")
	for _, r := range []*stage.Runner{here, there} {
		if err := run(r, stage.Draw); err != nil {
			t.Fatal(err)
		}
	}
	if err := run(here, stage.Extract); err != nil {
		t.Fatal(err)
	}
	shard.Kill()
	restarts := 0
	there.Notice = func(text string) {
		restarts++
		t.Log(text)
	}
	err := run(there, stage.Extract)
	if err == nil || !strings.Contains(err.Error(), `"shard_1"`) || restarts == 0 {
		t.Fatalf("error %v after %d restarts, want one that names shard_1", err, restarts)
	}
	if path, err := there.Current(stage.Extract); err == nil {
		t.Errorf("there is an extract: %s", path)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "post", "extract*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := shard.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	if err := run(there, stage.Extract); err != nil {
		t.Fatal(err)
	}
	a, b := files(t, here, stage.Extract), files(t, there, stage.Extract)
	for _, meta := range []string{"manifest.json", "seal.sha256", "study.yaml", "datapackage.json"} {
		delete(a, meta)
		delete(b, meta)
	}
	if diff := cmp.Diff(a, b); diff != "" || len(a) < 2 {
		t.Errorf("%d files; (-from a file +from shards)\n%s", len(a), diff)
	}
	if _, err := os.Stat(filepath.Join(dir, "post")); err != nil {
		t.Error("the outputs of the divided register are not where this test looks for them")
	}
}
