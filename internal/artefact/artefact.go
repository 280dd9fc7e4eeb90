// Package artefact keeps the result of a stage as an immutable directory: written aside, complete with a manifest of
// every file, and renamed into place in one step.
package artefact

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// Names of the two files every artefact has beside its own: the manifest, and the seal, which is the SHA-256 of the
// manifest and so stands for the whole directory.
const (
	ManifestName = "manifest.json"
	SealName     = "seal.sha256"
)

// A File is a file with its digest; names in an artefact are relative to it, with slashes.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// An Input is what a stage read: a file of the study or another artefact, by its seal.
type Input struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// A Manifest says what an artefact holds and what it was made from. It holds no time and no path of a machine: the same
// inputs give the same bytes.
type Manifest struct {
	Format  string          `json:"format"`
	Stage   string          `json:"stage"`
	Study   string          `json:"study"`             // identifier of the study
	Text    string          `json:"study_text"`        // study.yaml, whole
	Seed    uint64          `json:"seed"`              // seed of the study
	Program string          `json:"program"`           // name and version
	Inputs  []Input         `json:"inputs"`            // in the order read
	Details json.RawMessage `json:"details,omitempty"` // what the stage adds: the draw, the comparison plan
	Files   []File          `json:"files"`             // by name
}

// Format is the version of the manifest's layout.
const Format = "concord-artefact/1"

// ErrNotVerified is wrapped by every failure of Verify; ErrOtherInput says that an artefact is whole, but was made from
// something else than what is there now.
var (
	ErrNotVerified = errors.New("seal broken")
	ErrOtherInput  = errors.New("made from something else")
)

// Digest is the SHA-256 of a file, in hexadecimal, and its size.
func Digest(path string) (string, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), n, err
}

// Seal lists the files of dir in the manifest and writes manifest and seal. Nothing may be written to dir afterwards.
func Seal(dir string, m Manifest) error {
	var err error
	if m.Files, err = list(dir); err != nil {
		return err
	}
	m.Format = Format
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if err := os.WriteFile(filepath.Join(dir, ManifestName), text, 0o644); err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	seal := hex.EncodeToString(sum[:]) + "  " + ManifestName + "\n"
	return os.WriteFile(filepath.Join(dir, SealName), []byte(seal), 0o644)
}

// list gives the files of dir by name, but for manifest and seal.
func list(dir string) ([]File, error) {
	dir, err := filepath.EvalSymlinks(dir) // the name of a stage is a link
	if err != nil {
		return nil, err
	}
	var files []File
	err = filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil || name == ManifestName || name == SealName {
			return err
		}
		sum, size, err := Digest(path)
		files = append(files, File{filepath.ToSlash(name), size, sum})
		return err
	})
	sort.Slice(files, func(i, j int) bool { return files[i].Name < files[j].Name })
	return files, err
}

// Open reads the manifest of an artefact and its seal without checking the files.
func Open(dir string) (Manifest, string, error) {
	var m Manifest
	text, err := os.ReadFile(filepath.Join(dir, ManifestName))
	if err != nil {
		return m, "", fmt.Errorf("%s is not a Concord artefact: %w", dir, err)
	}
	sum := sha256.Sum256(text)
	seal := hex.EncodeToString(sum[:])
	if err := json.Unmarshal(text, &m); err != nil {
		return m, seal, fmt.Errorf("%w: %s: %s: %v", ErrNotVerified, dir, ManifestName, err)
	}
	if m.Format != Format {
		return m, seal, fmt.Errorf("%w: %s: manifest format %q, this program reads %q", ErrNotVerified, dir, m.Format, Format)
	}
	return m, seal, nil
}

// Verify recomputes every digest of an artefact and returns its manifest and seal. The error names the first file that
// differs, is missing or was added; a folder without manifest and seal is no artefact, and fs.ErrNotExist.
func Verify(dir string) (Manifest, string, error) {
	m, seal, err := Open(dir)
	if _, sealed := os.Stat(filepath.Join(dir, SealName)); errors.Is(err, fs.ErrNotExist) && sealed == nil {
		return m, seal, fmt.Errorf("%w: %s: %s is missing", ErrNotVerified, dir, ManifestName)
	}
	if err != nil {
		return m, seal, err
	}
	written, err := os.ReadFile(filepath.Join(dir, SealName))
	if err != nil {
		return m, seal, fmt.Errorf("%w: %s: %v", ErrNotVerified, dir, err)
	}
	if strings.TrimSuffix(string(written), "\n") != seal+"  "+ManifestName {
		return m, seal, fmt.Errorf("%w: %s: %s differs from its seal", ErrNotVerified, dir, ManifestName)
	}
	found, err := list(dir)
	if err != nil {
		return m, seal, err
	}
	return m, seal, firstDifference(dir, m.Files, found)
}

func firstDifference(dir string, want, have []File) error {
	for i, j := 0, 0; i < len(want) || j < len(have); i, j = i+1, j+1 {
		switch {
		case j == len(have) || i < len(want) && want[i].Name < have[j].Name:
			return fmt.Errorf("%w: %s: %s is missing", ErrNotVerified, dir, want[i].Name)
		case i == len(want) || have[j].Name < want[i].Name:
			return fmt.Errorf("%w: %s: %s was added", ErrNotVerified, dir, have[j].Name)
		case want[i] != have[j]:
			return fmt.Errorf("%w: %s: %s differs", ErrNotVerified, dir, want[i].Name)
		}
	}
	return nil
}
