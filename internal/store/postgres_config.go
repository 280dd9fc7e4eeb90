package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"

	"github.com/concord-stat/concord/internal/problems"
)

// Postgres says how to reach a PostgreSQL server, and what to take from it at most.
type Postgres struct {
	// Connection is a URL or keyword=value pairs as libpq takes them; service files, PGPASSFILE and the other variables of
	// libpq complete it. Off this machine, TLS with a check of the certificate and of the name in it is the default.
	Connection       string
	Connections      int           // at once; 0 is two
	StatementTimeout time.Duration // of one statement; 0 leaves it to the server
	LockTimeout      time.Duration // 0 is ten seconds
	TimeZone         string        // in which a moment has a date; "" is UTC
	Pages            int64         // of a piece of a table that is read at a time; 0 is 8192
}

const (
	defaultConnections = 2
	defaultLockTimeout = 10 * time.Second
	connectTimeout     = 30 * time.Second
	// cancelGrace is how long a server may take to answer a request to cancel before its connection is dropped.
	cancelGrace = 5 * time.Second
	// applicationName is how the connections are called in pg_stat_activity.
	applicationName = "concord"
)

// Config is the configuration of a connection: TLS off this machine, a name, a time limit, and cancelling that reaches the server.
func (p *Postgres) Config() (*pgx.ConnConfig, error) {
	c, err := parseConnection(p.Connection)
	if err != nil {
		return nil, err
	}
	if mayBePlain(c) && !onThisMachine(c) {
		if c, err = parseConnection(withSetting(p.Connection, "sslmode", "verify-full")); err != nil {
			return nil, err
		}
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = connectTimeout
	}
	if c.RuntimeParams["application_name"] == "" {
		c.RuntimeParams["application_name"] = applicationName
	}
	c.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec // names no statement, so that a pooler between does not matter
	// Ctrl-C must reach the server: a dropped connection alone lets a statement run on.
	c.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: cancelGrace}
	}
	return c, nil
}

// parseConnection keeps the text to itself: it may hold a password.
func parseConnection(text string) (*pgx.ConnConfig, error) {
	c, err := pgx.ParseConfig(text)
	if err == nil {
		return c, nil
	}
	what := "it is neither a URL nor keyword=value pairs, or a value is none of those allowed"
	var path *os.PathError
	if errors.As(err, &path) {
		what = path.Error()
	} else if strings.Contains(err.Error(), "service") {
		what = "the service file has no such service, or cannot be read"
	}
	return nil, problems.Input(fmt.Errorf("connection to PostgreSQL: %s", what))
}

// mayBePlain tells whether TLS is not insisted on: libpq's default, prefer, falls back to none.
func mayBePlain(c *pgx.ConnConfig) bool {
	if c.TLSConfig == nil {
		for _, f := range c.Fallbacks {
			if f.TLSConfig != nil {
				return true // allow
			}
		}
		return false // disable, which somebody asked for
	}
	for _, f := range c.Fallbacks {
		if f.TLSConfig == nil {
			return true
		}
	}
	return false
}

// onThisMachine tells whether every server is reached by a socket file or the loopback.
func onThisMachine(c *pgx.ConnConfig) bool {
	hosts := []string{c.Host}
	for _, f := range c.Fallbacks {
		hosts = append(hosts, f.Host)
	}
	for _, h := range hosts {
		ip := net.ParseIP(h)
		if !strings.HasPrefix(h, "/") && h != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return false
		}
	}
	return true
}

// withSetting adds a setting to a connection in either form.
func withSetting(connection, key, value string) string {
	if !strings.HasPrefix(connection, "postgres://") && !strings.HasPrefix(connection, "postgresql://") {
		return strings.TrimSpace(connection + " " + key + "=" + value)
	}
	u, err := url.Parse(connection)
	if err != nil {
		return connection
	}
	q := u.Query()
	q.Set(key, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// serverOf names a server in errors and logs.
func serverOf(c *pgx.ConnConfig) string {
	return fmt.Sprintf("%s/%s", net.JoinHostPort(c.Host, fmt.Sprint(c.Port)), c.Database)
}

// settings are what every transaction sets for itself. Dates are read in one form, whatever the server's own is; a plan
// for one of many pieces is not worth compiling.
func (p *Postgres) settings() []string {
	lock := p.LockTimeout
	if lock == 0 {
		lock = defaultLockTimeout
	}
	zone := p.TimeZone
	if zone == "" {
		zone = "UTC"
	}
	set := []string{"datestyle = 'ISO, YMD'", "intervalstyle = 'postgres'", "timezone = " + literal(zone), "extra_float_digits = 1",
		"bytea_output = 'hex'", "standard_conforming_strings = on", "jit = off", "enable_partitionwise_aggregate = on", "enable_async_append = on",
		fmt.Sprintf("lock_timeout = %d", lock.Milliseconds())}
	if p.StatementTimeout > 0 {
		set = append(set, fmt.Sprintf("statement_timeout = %d", p.StatementTimeout.Milliseconds()))
	}
	return set
}

func (p *Postgres) connect(ctx context.Context) (*pgx.Conn, error) {
	c, err := p.Config()
	if err != nil {
		return nil, err
	}
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, problems.Input(fmt.Errorf("PostgreSQL at %s: %w", serverOf(c), withoutSecrets(err, c)))
	}
	return conn, nil
}

// withoutSecrets is an error of connecting without the password, wherever the driver may have put it.
func withoutSecrets(err error, c *pgx.ConnConfig) error {
	text := err.Error()
	var server *pgconn.PgError
	if errors.As(err, &server) {
		text = server.Message + " (SQLSTATE " + server.Code + ")"
	}
	if c.Password != "" {
		text = strings.ReplaceAll(text, c.Password, "…")
	}
	return errors.New(strings.ReplaceAll(text, "\n", " "))
}
