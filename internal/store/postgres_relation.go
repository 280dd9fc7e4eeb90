package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
)

// A relation is the table a register lies in.
type relation struct {
	oid   uint32
	sql   string // its name, quoted
	kind  string // r table, m materialised view, p partitioned, v view, f foreign
	pages int64  // of the largest part that a scan by place can go through; 0 where it cannot
	parts int64  // tables that it is made of
	keys  []string
	// shards are the other servers that parts of it lie on.
	shards []shard
	citus  bool // whether Citus divides it over workers
}

// ErrNoTable is wrapped by the error of a table that is not there, or not for the role to see.
var ErrNoTable = errors.New("there is no such table")

// noTable says which one.
type noTable struct{ table, server string }

func (e noTable) Error() string {
	return fmt.Sprintf("there is no table or view %q that this role can see at %s", e.table, e.server)
}

func (noTable) Is(target error) bool { return target == ErrNoTable }

// elsewhere tells whether rows of the table lie on other servers.
func (r *relation) elsewhere() bool { return len(r.shards) > 0 || r.citus }

// find looks the table up, by the rules of SQL or, where these find none, by the name as it is written.
func (p *postgres) find(ctx context.Context, table string) (columns []string, err error) {
	const lookup = "SELECT c.oid, n.nspname, c.relname, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace " +
		"WHERE c.oid = coalesce(to_regclass($1), to_regclass($2))::oid AND c.relkind IN ('r', 'm', 'p', 'v', 'f')"
	var schema, name string
	r := &p.table
	rows, err := p.lead.Query(ctx, lookup, table, identifier(table))
	if err != nil {
		return nil, err
	}
	found := rows.Next()
	if found {
		err = rows.Scan(&r.oid, &schema, &name, &r.kind)
	}
	rows.Close()
	if err = errors.Join(err, rows.Err()); err != nil {
		return nil, err
	}
	if !found {
		return nil, noTable{table, p.moment.Server}
	}
	r.sql = quoted(schema) + "." + quoted(name)
	p.moment.Table = schema + "." + name
	if err := p.measure(ctx); err != nil {
		return nil, err
	}
	for _, find := range []func(context.Context) error{p.findShards, p.partitionKeys, p.distribution, p.preferShards} {
		if err := find(ctx); err != nil {
			return nil, err
		}
	}
	return p.columns(ctx)
}

func (p *postgres) columns(ctx context.Context) (all []string, err error) {
	rows, err := p.lead.Query(ctx, "SELECT attname FROM pg_attribute WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped ORDER BY attnum", p.table.oid)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		all = append(all, name)
	}
	return all, rows.Err()
}

// measure counts the pages of the table's parts, where all of them are tables of this server.
func (p *postgres) measure(ctx context.Context) error {
	const leaves = "SELECT count(*), coalesce(max(pg_relation_size(c.oid) / current_setting('block_size')::int), 0), " +
		"coalesce(bool_and(c.relkind IN ('r', 'm') AND a.amname IS NOT DISTINCT FROM 'heap'), false) " +
		"FROM pg_class c LEFT JOIN pg_am a ON a.oid = c.relam WHERE c.oid = $1 AND c.relkind <> 'p' OR " +
		"c.oid IN (SELECT relid FROM pg_partition_tree($1) WHERE isleaf AND relid <> $1)"
	var here bool
	if err := p.lead.QueryRow(ctx, leaves, p.table.oid).Scan(&p.table.parts, &p.table.pages, &here); err != nil {
		return err
	}
	if !here {
		p.table.pages = 0
	}
	return nil
}

// partitionKeys are what a table on several servers is divided by, at every level of its partitions. Only what is grouped
// by them as well is added up where it lies. A key that is hashed tells rows apart, and to group by it would be to read
// them all.
func (p *postgres) partitionKeys(ctx context.Context) error {
	const partitions = "SELECT DISTINCT pg_get_partkeydef(partrelid) FROM pg_partitioned_table WHERE partstrat <> 'h' AND " +
		"(partrelid = $1 OR partrelid IN (SELECT relid FROM pg_partition_tree($1)))"
	if !p.table.elsewhere() {
		return nil
	}
	rows, err := p.lead.Query(ctx, partitions, p.table.oid)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var definition string
		if err := rows.Scan(&definition); err != nil {
			return err
		}
		p.table.keys = append(p.table.keys, keysOf(definition)...)
	}
	return rows.Err()
}

// keysOf are the keys of a definition such as LIST (province): its columns, or an expression.
func keysOf(definition string) []string {
	_, keys, _ := strings.Cut(definition, " (")
	keys = strings.TrimSuffix(keys, ")")
	if strings.Contains(keys, "(") {
		return []string{keys}
	}
	return strings.Split(keys, ", ")
}

// distribution adds the column that Citus divides the table by, where Citus is installed and knows the table.
func (p *postgres) distribution(ctx context.Context) error {
	var installed bool
	if err := p.lead.QueryRow(ctx, "SELECT to_regclass('pg_dist_partition') IS NOT NULL").Scan(&installed); err != nil || !installed {
		return err
	}
	const column = "SELECT quote_ident(column_to_column_name(logicalrelid, partkey)) FROM pg_dist_partition " +
		"WHERE logicalrelid = $1::oid::regclass AND partmethod <> 'n'"
	rows, err := p.lead.Query(ctx, column, p.table.oid)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return err
		}
		p.table.keys = append(p.table.keys, key)
		p.table.citus, p.table.pages = true, 0
	}
	return rows.Err()
}

// isNetwork tells whether an error is one of the network or of a connection that ended.
func isNetwork(err error) bool {
	var network net.Error
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		errors.As(err, &network) || strings.Contains(err.Error(), "conn closed")
}
