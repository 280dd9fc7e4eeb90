package study

import (
	"net/url"
	"strings"
	"time"
)

// Postgres says in which PostgreSQL database a table lies. Passwords are none of a study's business: its text goes into
// every artefact.
type Postgres struct {
	Connection       string `json:"connection,omitempty" jsonschema_description:"URL (postgres://role@host/database) or keyword=value pairs (service=npd), without a password: that is for PGPASSFILE or the service file. What it does not say comes from the variables of libpq (PGHOST, PGSERVICE, …). Off this machine, TLS with a check of the certificate is the default."`
	Connections      int    `json:"connections,omitempty" jsonschema:"minimum=1,maximum=64" jsonschema_description:"Connections at once. Default: 2."`
	StatementTimeout string `json:"statement_timeout,omitempty" jsonschema_description:"Longest time of one statement, such as 2h or 30m. Default: that of the server."`
	LockTimeout      string `json:"lock_timeout,omitempty" jsonschema_description:"Longest wait for a lock, such as 10s. Default: 10s."`
	Reading          string `json:"reading,omitempty" jsonschema_description:"A name for this reading. A study reads a database once and keeps what it read; another name reads it again."`
}

// Timeouts are the longest times of a statement and of a wait for a lock; 0 where the study does not say.
func (p *Postgres) Timeouts() (statement, lock time.Duration) {
	statement, _ = time.ParseDuration(p.StatementTimeout) // checked with the study
	lock, _ = time.ParseDuration(p.LockTimeout)
	return statement, lock
}

// source is the part that says what is read, without how it is gone about.
func (p *Postgres) source() *Postgres {
	if p == nil {
		return nil
	}
	return &Postgres{Connection: p.Connection, Reading: p.Reading}
}

// WithoutLimits is the register without what changes nothing that is read.
func (r Register) WithoutLimits() Register {
	r.Postgres = r.Postgres.source()
	return r
}

// Name is what the register is called where people read it: its file, or its table.
func (r Register) Name() string {
	if r.Postgres == nil {
		return r.File
	}
	return r.Postgres.name(r.Table)
}

func (p *Postgres) name(table string) string {
	name := "PostgreSQL table " + table
	if p.Reading != "" {
		name += ", reading " + p.Reading
	}
	return name
}

func (d *document) checkRegisterPlace(s *Study) {
	r := s.Register
	switch {
	case r.Postgres == nil && r.File == "":
		d.add([]string{"register"}, "register.file is missing, or register.postgres")
	case r.Postgres != nil && r.File != "":
		d.add([]string{"register", "file"}, "register has file and postgres: it lies in one of them")
	case r.Postgres != nil && r.Table == "":
		d.add([]string{"register"}, "register.table is missing: name the table or view in the database")
	}
	if r.Postgres != nil {
		d.checkPostgres(r.Postgres, "register", "postgres")
	}
}

func (d *document) checkPostgres(p *Postgres, path ...string) {
	at := func(key string) []string { return append(append([]string{}, path...), key) }
	if HasPassword(p.Connection) {
		d.add(at("connection"), "%s.connection holds a password: take it out, since the study's text goes into every artefact, and put it into PGPASSFILE or a service file",
			strings.Join(path, "."))
	}
	for key, text := range map[string]string{"statement_timeout": p.StatementTimeout, "lock_timeout": p.LockTimeout} {
		if text == "" {
			continue
		}
		if t, err := time.ParseDuration(text); err != nil || t <= 0 {
			d.add(at(key), "%s.%s: %q is no time, want one like 30m or 10s", strings.Join(path, "."), key, text)
		}
	}
}

// HasPassword tells whether the text of a connection holds a password.
func HasPassword(connection string) bool {
	if strings.Contains(connection, "://") {
		u, err := url.Parse(connection)
		if err != nil {
			return true // cannot be told, so it is not let through
		}
		_, has := u.User.Password()
		return has || u.Query().Has("password") || u.Query().Has("sslpassword")
	}
	return strings.Contains(strings.ToLower(strings.Join(strings.Fields(connection), "")), "password=")
}
