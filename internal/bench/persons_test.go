package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
)

// TestPersonsAreThoseOfR: R 4.2.2 with seed 20240401 and the same steps writes a file of this digest, whose figures by R
// survey 4.1 are those of TestCheckValues.
func TestPersonsAreThoseOfR(t *testing.T) {
	const want = "c7853f5d36c8ab50e0630d21ac4ecaec4fbdaae0f55abacadaadde7c14cfe98d"
	path := filepath.Join(t.TempDir(), "persons.csv")
	if err := makePersons(20240401).writeCSV(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := sha256.Sum256(text); hex.EncodeToString(got[:]) != want {
		t.Errorf("digest %x, want %s", got, want)
	}
}
