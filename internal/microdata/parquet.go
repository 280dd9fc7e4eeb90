package microdata

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
	"golang.org/x/sync/errgroup"

	"github.com/concord-stat/concord/internal/problems"
)

// parquetSource is an open Parquet file; its columns are those that are neither nested nor repeated.
type parquetSource struct {
	disk *os.File
	file *parquet.File
}

func openParquet(disk *os.File, size int64) (source, []string, error) {
	file, err := parquet.OpenFile(disk, size)
	if err != nil {
		return nil, nil, formProblem(0, "not a Parquet file: "+err.Error())
	}
	var columns []string
	for _, field := range file.Schema().Fields() {
		if field.Leaf() && !field.Repeated() {
			columns = append(columns, field.Name())
		}
	}
	return &parquetSource{disk: disk, file: file}, columns, nil
}

func (s *parquetSource) Close() error { return s.disk.Close() }

// read reads a column of a row group at a time, on all cores.
func (s *parquetSource) read(ctx context.Context, f *File, wants []Want, found *problems.List) (*Table, error) {
	decoders := make([]parquetDecoder, len(wants))
	for j, w := range wants {
		leaf, _ := s.file.Schema().Lookup(w.Name)
		d, ok := newParquetDecoder(leaf, w)
		if !ok {
			found.Add("", 0, w.Name, "a column of type %s: want numbers, text or truth values", leaf.Node.Type())
		}
		decoders[j] = d
	}
	if found.Count() > 0 {
		return nil, nil
	}
	groups := s.file.RowGroups()
	parts, faults := make([][]*piece, len(groups)), make([][]problems.Faults, len(groups))
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	var done atomic.Int64
	first := 0
	for i, group := range groups {
		parts[i], faults[i] = make([]*piece, len(wants)), make([]problems.Faults, len(wants))
		for j, d := range decoders {
			p, at := &parts[i][j], first
			work.Go(func() error {
				d.piece, d.found, d.row = newPiece(d.want.Kind, int(group.NumRows())), &faults[i][j], at
				*p = d.piece
				if err := d.read(ctx, group.ColumnChunks()[d.column]); err != nil {
					return fmt.Errorf("%s: column %q: %w", f.Path, d.want.Name, err)
				}
				done.Add(group.NumRows())
				return nil
			})
		}
		first += int(group.NumRows())
		if f.Progress != nil {
			f.Progress(done.Load(), s.file.NumRows()*int64(len(wants)))
		}
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	t := join(wants, parts, int(s.file.NumRows()))
	t.lines = lines{first: 1}
	all := make([]problems.Faults, len(wants))
	for i := range faults {
		for j := range all {
			all[j].Append(faults[i][j], 0)
		}
	}
	t.blame(wants, all, found)
	return t, nil
}

// A parquetDecoder turns the values of a column into a piece.
type parquetDecoder struct {
	want    Want
	column  int
	kind    parquet.Kind
	scale   float64 // of decimals: a power of ten
	decimal bool
	sign    bool // of whole numbers
	date    bool

	piece *piece
	found *problems.Faults
	row   int // number of the next one, from 0
}

func newParquetDecoder(leaf parquet.LeafColumn, w Want) (parquetDecoder, bool) {
	t := leaf.Node.Type()
	d := parquetDecoder{want: w, column: int(leaf.ColumnIndex), kind: t.Kind(), scale: 1, sign: true}
	if l := t.LogicalType(); l != nil {
		switch l := l.Value.(type) {
		case *format.DecimalType:
			d.decimal, d.scale = true, math.Pow10(int(l.Scale))
		case *format.IntType:
			d.sign = l.IsSigned
		case *format.DateType:
			d.date = true
		case *format.TimestampType, *format.TimeType:
			return d, false
		}
	}
	switch d.kind {
	case parquet.Boolean, parquet.Int32, parquet.Int64, parquet.Float, parquet.Double:
		return d, !d.date || w.Kind == Code
	case parquet.ByteArray:
		return d, !d.decimal
	}
	return d, false
}

func (d *parquetDecoder) read(ctx context.Context, chunk parquet.ColumnChunk) error {
	pages := chunk.Pages()
	defer pages.Close()
	buffer := make([]parquet.Value, 2048)
	for ctx.Err() == nil {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		err = d.page(page, buffer)
		parquet.Release(page)
		if err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

func (d *parquetDecoder) page(page parquet.Page, buffer []parquet.Value) error {
	values := page.Values()
	for {
		n, err := values.ReadValues(buffer)
		for _, v := range buffer[:n] {
			d.row++
			d.add(v)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (d *parquetDecoder) add(v parquet.Value) {
	switch {
	case v.IsNull():
		d.piece.addMissing()
	case d.kind == parquet.ByteArray:
		d.text(trim(v.ByteArray()))
	case d.date:
		d.piece.codes = append(d.piece.codes, d.piece.coder.text([]byte(dateText(v.Int32()))))
	case d.decimal:
		d.number(float64(d.whole(v)) / d.scale)
	case d.kind == parquet.Float:
		d.number(float64(v.Float()))
	case d.kind == parquet.Double:
		d.number(v.Double())
	case d.kind == parquet.Int64 && !d.sign && v.Int64() < 0:
		d.number(float64(v.Uint64()))
	case d.want.Kind == Code:
		d.piece.codes = append(d.piece.codes, d.piece.coder.whole(d.whole(v)))
	default:
		d.number(float64(d.whole(v)))
	}
}

// whole is a whole number, or the one a truth value or decimal is stored as.
func (d *parquetDecoder) whole(v parquet.Value) int64 {
	switch {
	case d.kind == parquet.Boolean && v.Boolean():
		return 1
	case d.kind == parquet.Boolean:
		return 0
	case d.kind == parquet.Int32 && !d.sign:
		return int64(v.Uint32())
	case d.kind == parquet.Int32:
		return int64(v.Int32())
	}
	return v.Int64()
}

func (d *parquetDecoder) number(v float64) {
	switch {
	case math.IsInf(v, 0):
		d.found.Add(d.row, "an infinite number")
		d.piece.addMissing()
	case d.want.Kind == Code:
		d.piece.codes = append(d.piece.codes, d.piece.coder.number(v))
	default:
		d.piece.numbers = append(d.piece.numbers, v)
	}
}

func (d *parquetDecoder) text(b []byte) {
	if d.want.Kind == Code {
		d.piece.codes = append(d.piece.codes, d.piece.coder.text(b))
		return
	}
	v, ok := parseNumber(b)
	if !ok {
		v = math.NaN()
		if len(b) > 0 {
			d.found.Add(d.row, notANumber(b))
		}
	}
	d.piece.numbers = append(d.piece.numbers, v)
}

// dateText is a day counted from 1 January 1970.
func dateText(days int32) string { return time.Unix(int64(days)*86400, 0).UTC().Format(time.DateOnly) }
