package store

import (
	"encoding/binary"
	"errors"
	"os"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/duckdb/duckdb-go/v2/mapping"
)

// A chunkFile is a DuckDB file that is filled chunk by chunk: values are put where DuckDB reads them, without a call for
// each.
type chunkFile struct {
	db       mapping.Database
	conn     mapping.Connection
	appender mapping.Appender
	chunk    mapping.DataChunk
	columns  []chunkColumn
	rows     int // in the chunk
}

// A chunkColumn is the memory of a column of the chunk.
type chunkColumn struct {
	vector mapping.Vector
	data   unsafe.Pointer
	valid  []uint64 // a bit a row; nil while no value is null
	put    func(c *chunkColumn, row int, b []byte) error
}

// chunkRows is how many rows DuckDB's vectors have.
var chunkRows = int(mapping.VectorSize())

var errNotUTF8 = errors.New("a record has a text that is not UTF-8")

// chunkTypes are the types that columns of a chunk can have.
var chunkTypes = map[string]struct {
	id  mapping.Type
	put func(c *chunkColumn, row int, b []byte) error
}{
	"VARCHAR":   {mapping.TypeVarchar, putText},
	"BIGINT":    {mapping.TypeBigInt, putWhole},
	"BOOLEAN":   {mapping.TypeBoolean, putBool},
	"DATE":      {mapping.TypeDate, putDate},
	"TIMESTAMP": {mapping.TypeTimestamp, putTimestamp},
}

// newChunkFile makes a file with an empty table, in a folder that is its owner's alone.
func newChunkFile(path, table string, columns []ColumnType) (*chunkFile, error) {
	f := &chunkFile{}
	if err := f.open(path); err != nil {
		return nil, errors.Join(err, f.close(false))
	}
	schema, name, dotted := strings.Cut(table, ".")
	if !dotted {
		schema, name = "main", table
	}
	if err := f.run("SET memory_limit = " + literal(createMemory) + "; CREATE SCHEMA IF NOT EXISTS " + quoted(schema) + "; USE " + quoted(schema) +
		"; " + createTable(name, columns)); err != nil {
		return nil, errors.Join(err, f.close(false))
	}
	if mapping.AppenderCreate(f.conn, schema, name, &f.appender) == mapping.StateError {
		return nil, errors.Join(errors.New("DuckDB cannot append to the new table"), f.close(false))
	}
	types := make([]mapping.LogicalType, len(columns))
	for i, c := range columns {
		types[i] = mapping.CreateLogicalType(chunkTypes[c.Type].id)
		defer mapping.DestroyLogicalType(&types[i])
		f.columns = append(f.columns, chunkColumn{put: chunkTypes[c.Type].put})
	}
	f.chunk = mapping.CreateDataChunk(types)
	f.begin()
	return f, nil
}

func (f *chunkFile) open(path string) error {
	if mapping.Open(path, &f.db) == mapping.StateError {
		return errors.New("DuckDB cannot make the file")
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return err
	}
	if mapping.Connect(f.db, &f.conn) == mapping.StateError {
		return errors.New("DuckDB gives no connection")
	}
	return nil
}

func (f *chunkFile) run(text string) error {
	var r mapping.Result
	defer mapping.DestroyResult(&r)
	if mapping.Query(f.conn, text, &r) == mapping.StateError {
		return errors.New(mapping.ResultError(&r))
	}
	return nil
}

// begin empties the chunk.
func (f *chunkFile) begin() {
	mapping.DataChunkReset(f.chunk)
	f.rows = 0
	for i := range f.columns {
		c := &f.columns[i]
		c.vector = mapping.DataChunkGetVector(f.chunk, mapping.IdxT(i))
		c.data, c.valid = mapping.VectorGetData(c.vector), nil
	}
}

// fill writes a stream that comes in pieces, which are given back once they are written.
func (f *chunkFile) fill(full <-chan []byte, empty chan<- []byte) (rows int64, err error) {
	s := &copyStream{columns: len(f.columns)}
	for piece := range full {
		err := s.take(piece, func(fields []byte) error {
			rows++
			return f.row(fields)
		})
		if err != nil {
			return rows, err
		}
		select {
		case empty <- piece:
		default:
		}
	}
	if !s.ended {
		return rows, nil // the sender knows why
	}
	return rows, f.flush()
}

func (f *chunkFile) row(fields []byte) error {
	for i := range f.columns {
		c := &f.columns[i]
		n := int32(binary.BigEndian.Uint32(fields))
		fields = fields[4:]
		if n < 0 {
			c.null(f.rows)
			continue
		}
		if err := c.put(c, f.rows, fields[:n]); err != nil {
			return err
		}
		fields = fields[n:]
	}
	if f.rows++; f.rows == chunkRows {
		return f.flush()
	}
	return nil
}

func (f *chunkFile) flush() error {
	if f.rows == 0 {
		return nil
	}
	mapping.DataChunkSetSize(f.chunk, mapping.IdxT(f.rows))
	if mapping.AppendDataChunk(f.appender, f.chunk) == mapping.StateError {
		return errors.New(mapping.AppenderError(f.appender))
	}
	f.begin()
	return nil
}

// close ends the file; only where it is whole are its last rows and the log written into it.
func (f *chunkFile) close(whole bool) (err error) {
	if f.chunk.Ptr != nil {
		mapping.DestroyDataChunk(&f.chunk)
	}
	if f.appender.Ptr != nil {
		if whole && mapping.AppenderClose(f.appender) == mapping.StateError {
			err = errors.New(mapping.AppenderError(f.appender))
		}
		mapping.AppenderDestroy(&f.appender)
	}
	if f.conn.Ptr != nil {
		if whole && err == nil {
			err = f.run("CHECKPOINT")
		}
		mapping.Disconnect(&f.conn)
	}
	if f.db.Ptr != nil {
		mapping.Close(&f.db)
	}
	return err
}

func (c *chunkColumn) null(row int) {
	if c.valid == nil {
		mapping.VectorEnsureValidityWritable(c.vector)
		c.valid = unsafe.Slice((*uint64)(mapping.VectorGetValidity(c.vector)), (chunkRows+63)/64)
	}
	c.valid[row/64] &^= 1 << (row % 64)
}

// at is the memory of a value of type T.
func at[T any](c *chunkColumn, row int) *T {
	var t T
	return (*T)(unsafe.Add(c.data, row*int(unsafe.Sizeof(t))))
}

// A shortText is how DuckDB keeps a text of up to twelve bytes: in place, zeros behind it.
type shortText struct {
	length uint32
	text   [12]byte
}

func putText(c *chunkColumn, row int, b []byte) error {
	if !utf8.Valid(b) {
		return errNotUTF8
	}
	if len(b) > 12 {
		mapping.VectorAssignStringElementLen(c.vector, mapping.IdxT(row), b)
		return nil
	}
	t := shortText{length: uint32(len(b))}
	copy(t.text[:], b)
	*at[shortText](c, row) = t
	return nil
}

func putWhole(c *chunkColumn, row int, b []byte) error {
	if len(b) != 8 {
		return errCopyStream
	}
	*at[int64](c, row) = int64(binary.BigEndian.Uint64(b))
	return nil
}

func putBool(c *chunkColumn, row int, b []byte) error {
	if len(b) != 1 {
		return errCopyStream
	}
	*at[byte](c, row) = b[0]
	return nil
}

// Days and microseconds between 1970, DuckDB's beginning, and 2000, PostgreSQL's. The ends of the range mean infinity in both,
// except that DuckDB's lower one is the upper one's negative.
const (
	epochDays   = 10957
	epochMicros = epochDays * 86_400_000_000
)

func putDate(c *chunkColumn, row int, b []byte) error {
	if len(b) != 4 {
		return errCopyStream
	}
	day := int32(binary.BigEndian.Uint32(b))
	switch day {
	case -1 << 31:
		day++
	case 1<<31 - 1:
	default:
		day += epochDays
	}
	*at[int32](c, row) = day
	return nil
}

func putTimestamp(c *chunkColumn, row int, b []byte) error {
	if len(b) != 8 {
		return errCopyStream
	}
	moment := int64(binary.BigEndian.Uint64(b))
	switch moment {
	case -1 << 63:
		moment++
	case 1<<63 - 1:
	default:
		moment += epochMicros
	}
	*at[int64](c, row) = moment
	return nil
}
