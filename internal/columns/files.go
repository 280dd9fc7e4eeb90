package columns

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Save writes the table as name.parquet and name.csv.
func (t Table) Save(dir, name string) error {
	if err := Create(filepath.Join(dir, name+".parquet"), t.WriteParquet); err != nil {
		return err
	}
	return Create(filepath.Join(dir, name+".csv"), t.WriteCSV)
}

// Load reads a Parquet file that Save wrote.
func Load(path string) (Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	t, err := ReadParquet(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// Create makes a file, lets write fill it and reports the first error of either.
func Create(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return fmt.Errorf("%s: %w", path, err)
	}
	return f.Close()
}
