package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/concord-stat/concord/internal/problems"
)

// postgres is the engine of a register that lies in PostgreSQL, read at one moment: the lead holds a read-only
// transaction and exports its snapshot, which further connections take over.
type postgres struct {
	at       Postgres
	lead     *pgx.Conn
	failed   bool // the lead's transaction needs to go back to its savepoint
	moment   Snapshot
	table    relation
	version  int // such as 150004
	kinds    map[uint32]string
	snapshot string // its name, "" where the server cannot export one
}

// A Snapshot is the moment a register was read at.
type Snapshot struct {
	Server string    `json:"server"` // host, port and database
	Table  string    `json:"table"`
	Time   time.Time `json:"time"`
	WAL    string    `json:"wal_position"`
	Rows   int64     `json:"rows"` // counted by the last tally
}

// Snapshot is the moment the source is read at; nil for a file, which a digest identifies.
func (s *Source) Snapshot() *Snapshot {
	if p, ok := s.db.(*postgres); ok {
		moment := p.moment
		return &moment
	}
	return nil
}

// oldestServer is the first version with scans by ranges of the row's place.
const oldestServer = 140000

func openPostgres(ctx context.Context, at Location) (*Source, error) {
	if at.Table == "" {
		return nil, problems.Input(errors.New("a PostgreSQL register needs the name of a table"))
	}
	p := &postgres{at: *at.Postgres, kinds: make(map[uint32]string)}
	if p.at.Connections <= 0 {
		p.at.Connections = defaultConnections
	}
	if p.at.Pages <= 0 {
		p.at.Pages = pagesOfPiece
	}
	var err error
	if p.lead, err = p.at.connect(ctx); err != nil {
		return nil, err
	}
	s := &Source{db: p, name: at.Table}
	if err = p.begin(ctx); err == nil {
		s.columns, err = p.find(ctx, at.Table)
	}
	if err != nil {
		err = s.fail(p.lost(ctx, err))
		p.close()
		return nil, err
	}
	s.from = p.table.sql
	return s, nil
}

// begin begins the transaction that everything is read in. What fails later goes back to its savepoint.
func (p *postgres) begin(ctx context.Context) error {
	if err := p.export(ctx); err != nil {
		return err
	}
	const moment = "SELECT current_setting('server_version_num')::int, now(), " +
		"CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END::text"
	if err := p.lead.QueryRow(ctx, moment).Scan(&p.version, &p.moment.Time, &p.moment.WAL); err != nil {
		return err
	}
	p.moment.Time, p.moment.Server = p.moment.Time.UTC(), serverOf(p.lead.Config())
	if p.version < oldestServer {
		return fmt.Errorf("PostgreSQL %d is too old: want 14 or later", p.version/10000)
	}
	_, err := p.lead.Exec(ctx, "SAVEPOINT concord")
	return err
}

// export begins the lead's transaction and exports its snapshot. A server that cannot, such as one behind some poolers, is
// read by one connection.
func (p *postgres) export(ctx context.Context) error {
	if err := inTransaction(ctx, p.lead, "", p.at.settings()); err != nil || p.at.Connections == 1 {
		return err
	}
	err := p.lead.QueryRow(ctx, "SELECT pg_export_snapshot()").Scan(&p.snapshot)
	if err == nil || isLost(err) || ctx.Err() != nil {
		return err
	}
	if _, err := p.lead.Exec(ctx, "ROLLBACK"); err != nil {
		return err
	}
	return inTransaction(ctx, p.lead, "", p.at.settings())
}

// inTransaction begins a read-only transaction at the snapshot of a name, or at one of its own.
func inTransaction(ctx context.Context, conn *pgx.Conn, snapshot string, settings []string) error {
	statements := []string{"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
	if snapshot != "" {
		statements = append(statements, "SET TRANSACTION SNAPSHOT "+literal(snapshot))
	}
	for _, s := range settings {
		statements = append(statements, "SET LOCAL "+s)
	}
	for _, text := range statements {
		if _, err := conn.Exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// recover makes the lead usable after an error of a statement.
func (p *postgres) recover(ctx context.Context) error {
	if !p.failed {
		return nil
	}
	if _, err := p.lead.Exec(ctx, "ROLLBACK TO SAVEPOINT concord"); err != nil {
		return err
	}
	p.failed = false
	return nil
}

func (p *postgres) query(ctx context.Context, text string) (rows, error) {
	if err := p.recover(ctx); err != nil {
		return nil, p.lost(ctx, err)
	}
	r, err := p.lead.Query(ctx, text)
	if err != nil {
		return nil, p.lost(ctx, err)
	}
	return &postgresRows{r, p, ctx}, nil
}

// postgresRows are rows of the lead.
type postgresRows struct {
	pgx.Rows
	p   *postgres
	ctx context.Context
}

func (r *postgresRows) Err() error { return r.p.lost(r.ctx, r.Rows.Err()) }

func (r *postgresRows) Close() {
	r.Rows.Close()
	r.p.failed = r.p.failed || r.Rows.Err() != nil
}

// lost tells an error of the lead's connection from one of a statement, and either from a request to stop.
func (p *postgres) lost(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	p.failed = true
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if shard := p.lostShard(ctx, err); shard != nil {
		return shard
	}
	if isLost(err) || p.lead.IsClosed() {
		return fmt.Errorf("%w: %w", ErrLost, withoutSecrets(err, p.lead.Config()))
	}
	return err
}

// isLost tells whether an error is one of the connection: the server went away, or is about to.
func isLost(err error) bool {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return strings.HasPrefix(server.Code, "08") || server.Code == "57P01" || server.Code == "57P02" || server.Code == "57P03"
	}
	var input *problems.List
	return !errors.As(err, &input) && (pgconn.SafeToRetry(err) || pgconn.Timeout(err) || isNetwork(err))
}

// telling are the classes of errors that speak of the statement, the server or the role, and not of a record: syntax,
// resources, limits, state, intervention, system, connection, authorisation, catalogue, what is not supported.
var telling = []string{"42", "53", "54", "55", "57", "58", "08", "25", "28", "3D", "3F", "40", "0A", "HV"}

// timedOut is the code of a statement that was cancelled.
const timedOut = "57014"

func (p *postgres) plain(err error) error {
	var server *pgconn.PgError
	if !errors.As(err, &server) {
		return firstLine(err)
	}
	if server.Code == timedOut && strings.Contains(server.Message, "statement timeout") {
		return errors.New("a statement took longer than the statement_timeout allows: give it more time, or read fewer areas")
	}
	for _, class := range telling {
		if strings.HasPrefix(server.Code, class) {
			return fmt.Errorf("%s (SQLSTATE %s)", strings.ReplaceAll(server.Message, "\n", " "), server.Code)
		}
	}
	return fmt.Errorf("a record has a value that an expression cannot take (SQLSTATE %s)", server.Code)
}

func (p *postgres) close() error {
	if p.lead == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), cancelGrace)
	defer cancel()
	return p.lead.Close(ctx)
}

// list writes the code list into the statement: a read-only transaction makes no table.
func (p *postgres) list(_ context.Context, listed, wanted []string) (string, error) {
	want := make(map[string]bool, len(wanted))
	for _, code := range wanted {
		want[code] = true
	}
	flags := make([]string, len(listed))
	for i, code := range listed {
		flags[i] = "f"
		if len(wanted) == 0 || want[code] {
			flags[i] = "t"
		}
	}
	return "(SELECT code, wanted FROM unnest(" + textArray(listed) + ", '{" + strings.Join(flags, ",") + "}'::boolean[]) AS u(code, wanted))", nil
}

// textArray is the SQL of an array of texts.
func textArray(texts []string) string {
	quotedTexts := make([]string, len(texts))
	for i, t := range texts {
		quotedTexts[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(t) + `"`
	}
	return literal("{"+strings.Join(quotedTexts, ",")+"}") + "::text[]"
}
