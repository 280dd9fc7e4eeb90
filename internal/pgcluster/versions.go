package pgcluster

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Oldest is the oldest version that Concord reads.
const Oldest = 14

// Versions are the major versions that are installed, the newest first, with the folders of their binaries.
func Versions() (majors []int, bin map[int]string) {
	bin = make(map[int]string)
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin"} {
		dirs, _ := filepath.Glob(pattern) // a bad pattern is the only error
		for _, dir := range dirs {
			number := strings.FieldsFunc(filepath.Dir(dir), func(r rune) bool { return r == '/' || r == '-' || r == '@' })
			major, err := strconv.Atoi(number[len(number)-1])
			if err == nil && major >= Oldest && complete(dir) {
				bin[major] = dir
			}
		}
	}
	if initdb, err := exec.LookPath("initdb"); err == nil && len(bin) == 0 && complete(filepath.Dir(initdb)) {
		bin[majorOf(initdb)] = filepath.Dir(initdb)
	}
	for major := range bin {
		majors = append(majors, major)
	}
	slices.SortFunc(majors, func(a, b int) int { return b - a })
	return majors, bin
}

// complete tells whether a folder has what a server needs.
func complete(dir string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

// majorOf asks a binary for its version.
func majorOf(initdb string) int {
	out, err := exec.Command(initdb, "--version").Output()
	fields := strings.Fields(string(out))
	if err != nil || len(fields) == 0 {
		return 0
	}
	number := fields[len(fields)-1]
	for _, f := range fields {
		if f[0] >= '0' && f[0] <= '9' {
			number = f
			break
		}
	}
	major, _, _ := strings.Cut(number, ".")
	n, err := strconv.Atoi(major)
	if err != nil {
		return 0
	}
	return n
}

// ErrAbsent is the error where no server is installed.
var ErrAbsent = errors.New("pgcluster: no PostgreSQL server is installed: install the package postgresql")

func binaries(version int) (string, error) {
	majors, bin := Versions()
	if len(majors) == 0 {
		return "", ErrAbsent
	}
	if version == 0 {
		version = majors[0]
	}
	dir, ok := bin[version]
	if !ok {
		return "", fmt.Errorf("pgcluster: PostgreSQL %d is not installed; there are %v", version, majors)
	}
	return dir, nil
}
