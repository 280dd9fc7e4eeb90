package store

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// A shard is another server that parts of the table lie on.
type shard struct {
	name    string // of the foreign server
	wrapper string
	parts   []string // its foreign tables, quoted
	options []string // of the server, as name=value
}

// findShards finds the servers that parts of the table lie on.
func (p *postgres) findShards(ctx context.Context) error {
	const foreign = "SELECT s.srvname::text, w.fdwname::text, array_agg(format('%I.%I', n.nspname, c.relname) ORDER BY c.oid), " +
		"coalesce(s.srvoptions, '{}') || array_agg(DISTINCT o.option) FILTER (WHERE o.option IS NOT NULL) " +
		"FROM pg_foreign_table f JOIN pg_class c ON c.oid = f.ftrelid JOIN pg_namespace n ON n.oid = c.relnamespace " +
		"JOIN pg_foreign_server s ON s.oid = f.ftserver JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw " +
		"LEFT JOIN LATERAL unnest(f.ftoptions) AS o(option) ON o.option LIKE 'async_capable=%' OR o.option LIKE 'fetch_size=%' " +
		"WHERE c.oid = $1 OR c.oid IN (SELECT relid FROM pg_partition_tree($1)) GROUP BY s.oid, w.oid ORDER BY 1"
	rows, err := p.lead.Query(ctx, foreign, p.table.oid)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s shard
		if err := rows.Scan(&s.name, &s.wrapper, &s.parts, &s.options); err != nil {
			return err
		}
		p.table.shards = append(p.table.shards, s)
	}
	return rows.Err()
}

// option is the value of an option of a shard; those of its tables come after its own and win.
func (s *shard) option(name, unset string) string {
	for _, o := range s.options {
		if value, ok := strings.CutPrefix(o, name+"="); ok {
			unset = value
		}
	}
	return unset
}

// namesServer matches how PostgreSQL names the foreign server that an error of a connection is about.
var namesServer = regexp.MustCompile(`server "((?:[^"]|"")+)"`)

// lostShard is the error of a lost connection between the lead and a shard; nil where it is another error. The lead lives
// on, but what it has seen of the shard is gone.
func (p *postgres) lostShard(ctx context.Context, err error) error {
	var server *pgconn.PgError
	if len(p.table.shards) == 0 || p.lead.IsClosed() || !errors.As(err, &server) || !isLost(err) {
		return nil
	}
	name := p.shardOf(ctx, server)
	if name == "" {
		return nil
	}
	message, _, _ := strings.Cut(server.Message, "\n")
	if detail, _, _ := strings.Cut(server.Detail, "\n"); detail != "" { // of a connection, not of a record
		message += ": " + detail
	}
	return fmt.Errorf("%w: the foreign server %q: %s (SQLSTATE %s)", ErrLost, name, message, server.Code)
}

// shardOf is the name of the foreign server that an error is about. Not every message has it; but until the transaction
// ends every statement that begins to read from that server fails with one that does.
func (p *postgres) shardOf(ctx context.Context, err *pgconn.PgError) string {
	if m := namesServer.FindStringSubmatch(err.Message); m != nil {
		return m[1]
	}
	if _, err := p.lead.Exec(ctx, "ROLLBACK TO SAVEPOINT concord"); err != nil {
		return ""
	}
	_, again := p.lead.Exec(ctx, "SELECT FROM "+p.table.sql+" LIMIT 1")
	if errors.As(again, &err) {
		if m := namesServer.FindStringSubmatch(err.Message); m != nil {
			return m[1]
		}
	}
	return ""
}

// preferShards makes the planner leave the counting to the shards wherever they can do it: what it takes their work to cost
// depends on statistics that foreign tables seldom have, and a wrong guess fetches every person of a country.
func (p *postgres) preferShards(ctx context.Context) error {
	if !p.table.elsewhere() {
		return nil
	}
	for _, text := range []string{"RELEASE SAVEPOINT concord", "SET LOCAL enable_hashagg = off", "SET LOCAL enable_sort = off", "SAVEPOINT concord"} {
		if _, err := p.lead.Exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}
