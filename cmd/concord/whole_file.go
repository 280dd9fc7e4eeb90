package main

import (
	"errors"
	"os"
	"path/filepath"
)

// writeWhole makes a file that is there whole or not at all. What is no file (a device such as /dev/null, a pipe) is
// written to, since a file in its place would take it away from everybody; a link is followed.
func writeWhole(path string, text []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return writeTo(path, text)
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	aside, err := os.CreateTemp(filepath.Dir(path), ".concord-*")
	if err != nil {
		return err
	}
	defer os.Remove(aside.Name())
	_, err = aside.Write(text)
	if err = errors.Join(err, aside.Chmod(0o644), aside.Close()); err != nil {
		return err
	}
	return os.Rename(aside.Name(), path)
}

func writeTo(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
