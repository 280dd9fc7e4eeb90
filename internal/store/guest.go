package store

import (
	"context"
	"fmt"
	"strings"
)

// A Guest is what the role that reads a database may do there beside reading.
type Guest struct {
	Role string `json:"role"`
	// CanWrite are the ways in which it could change something, in words; a good guest has none.
	CanWrite []string `json:"can_write"`
	TLS      bool     `json:"tls"`   // whether the connection is encrypted
	Local    bool     `json:"local"` // whether it stays on this machine
}

// rights are what a role may do that a reader has no use for: what it is called, and a question about the role and @table.
var rights = []struct{ what, condition string }{
	{"it is a superuser", "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"},
	{"it may make databases or roles", "SELECT rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user"},
	{"it owns the table", "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = @table"},
	{"it may insert into the table", "SELECT has_any_column_privilege(@table::oid, 'INSERT')"},
	{"it may update the table", "SELECT has_any_column_privilege(@table::oid, 'UPDATE')"},
	{"it may delete from the table", "SELECT has_table_privilege(@table::oid, 'DELETE')"},
	{"it may truncate the table", "SELECT has_table_privilege(@table::oid, 'TRUNCATE')"},
	{"it may write to other tables of the database", "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace " +
		"WHERE c.relkind IN ('r', 'p', 'v', 'f') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND c.oid <> @table AND " +
		"(has_any_column_privilege(c.oid, 'INSERT') OR has_any_column_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE') " +
		"OR has_table_privilege(c.oid, 'TRUNCATE')))"},
	{"it may make tables in a schema", "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND has_schema_privilege(oid, 'CREATE'))"},
	{"it may make schemas in the database", "SELECT has_database_privilege(current_database(), 'CREATE')"},
	{"it may write files or run programs on the server", "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname IN " +
		"('pg_write_server_files', 'pg_execute_server_program', 'pg_write_all_data') AND pg_has_role(current_user, oid, 'USAGE'))"},
}

// Guest asks the server what the role may do; nil for a file. Whatever it may do, the transaction it reads in is
// read-only.
func (s *Source) Guest(ctx context.Context) (*Guest, error) {
	p, ok := s.db.(*postgres)
	if !ok {
		return nil, nil
	}
	c, err := p.at.Config()
	if err != nil {
		return nil, err
	}
	g := &Guest{CanWrite: []string{}, Local: onThisMachine(c)}
	if err := s.queryOne(ctx, "SELECT current_user::text", &g.Role); err != nil {
		return nil, err
	}
	if err := s.queryOne(ctx, "SELECT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)", &g.TLS); err != nil {
		return nil, err
	}
	for _, r := range rights {
		var may bool
		if err := s.queryOne(ctx, strings.ReplaceAll(r.condition, "@table", fmt.Sprint(p.table.oid)), &may); err != nil {
			return nil, err
		}
		if may {
			g.CanWrite = append(g.CanWrite, r.what)
		}
	}
	return g, nil
}
