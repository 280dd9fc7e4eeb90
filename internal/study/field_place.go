package study

import (
	"path/filepath"
	"slices"
	"strings"
)

// format is that of the file, "" of a table in PostgreSQL.
func (f Field) format() string {
	if f.Format != "" || f.Postgres != nil {
		return f.Format
	}
	return strings.TrimPrefix(filepath.Ext(f.File), ".")
}

// Records tells whether field results are read record by record, rather than added up where they lie: those of a CSV
// file, and published figures, of which there are few.
func (f Field) Records() bool {
	return f.Postgres == nil && (f.format() == "csv" || f.Kind == "aggregates")
}

// Name is what field results are called where people read it: their file, or their table.
func (f Field) Name() string {
	if f.Postgres == nil {
		return f.File
	}
	return f.Postgres.name(f.Table)
}

// WithoutLimits is the field results without what changes nothing that is read.
func (f Field) WithoutLimits() Field {
	f.Postgres = f.Postgres.source()
	return f
}

func (d *document) checkFieldPlace(path []string, f Field) {
	at := func(key string) []string { return append(slices.Clip(path), key) }
	inDuckDB := f.Postgres == nil && slices.Contains([]string{"duckdb", "db"}, f.format())
	switch {
	case f.Postgres == nil && f.File == "":
		d.add(path, "field_results.file is missing, or field_results.postgres")
	case f.Postgres != nil && f.File != "":
		d.add(at("file"), "field_results has file and postgres: they lie in one of them")
	case (f.Postgres != nil || inDuckDB) && f.Table == "":
		d.add(path, "field_results.table is missing: name the table or view in the database")
	case (f.Postgres != nil || inDuckDB) && f.Kind == "aggregates":
		d.add(at("kind"), "field results of kind aggregates are read from a CSV or Parquet file")
	}
	if f.Postgres != nil {
		d.checkPostgres(f.Postgres, at("postgres")...)
	}
}
