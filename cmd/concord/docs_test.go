package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the examples of the documents with what the program prints")

// A fence is a block of a document between lines of backquotes.
type fence struct {
	language string
	section  string // heading it stands under
	line     int    // of its first line, from 0
	text     []string
}

// begins tells whether a line is the first one of the block.
func (f fence) begins(line string) bool { return len(f.text) > 0 && f.text[0] == line }

func TestDocsSampling(t *testing.T) {
	testExamples(t, "../../docs/sampling.md", "../../testdata/frames", 50)
}

func TestDocsEstimation(t *testing.T) {
	testExamples(t, "../../docs/estimation.md", "../../testdata/samples", 15)
}

// testExamples runs the examples of a document, of which there are to be so many at least: every console block, line by
// line and in order, in one folder that holds the files of another one. A yaml block that begins with draw: is put in the
// place of that section of country/study.yaml, and drawn unless the next block does so.
// `go test ./cmd/concord -run TestDocs -update` rewrites the blocks.
func testExamples(t *testing.T, path, files string, least int) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	blocks := fences(string(text))
	if n := countCommands(blocks); n < least {
		t.Errorf("%s has %d examples, want %d at least", path, n, least)
	}
	d := newDocument(t, path, files, string(text))
	for i, b := range blocks {
		t.Run(fmt.Sprintf("%s:%d", b.section, b.line+1), func(t *testing.T) { d.check(t, b, blocks[i+1:]) })
	}
	d.rewrite(t)
}

// fences finds the blocks of a document.
func fences(text string) (blocks []fence) {
	section, open := "", false
	for i, line := range strings.Split(text, "\n") {
		switch language, mark := strings.CutPrefix(line, "```"); {
		case mark && open:
			open = false
		case mark:
			open = true
			blocks = append(blocks, fence{language: language, section: section, line: i + 1})
		case open:
			b := &blocks[len(blocks)-1]
			b.text = append(b.text, line)
		case strings.HasPrefix(line, "#"):
			section = strings.TrimLeft(line, "# ")
		}
	}
	return blocks
}

func countCommands(blocks []fence) (n int) {
	for _, b := range blocks {
		for _, line := range b.text {
			if b.language == "console" && strings.HasPrefix(line, "$ ") {
				n++
			}
		}
	}
	return n
}

// A document is one whose examples are being run.
type document struct {
	path   string
	lines  []string
	folder string         // the examples run in
	env    []string       // in which concord is this program
	now    map[int]string // what the blocks should be, by their first lines
}

func newDocument(t *testing.T, path, files, text string) *document {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder, bin := t.TempDir(), t.TempDir()
	err = errors.Join(os.CopyFS(folder, os.DirFS(files)), os.Symlink(self, filepath.Join(bin, "concord")))
	if err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "CONCORD_AS_PROGRAM=1", "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	return &document{path: path, lines: strings.Split(text, "\n"), folder: folder, env: env, now: map[int]string{}}
}

func (d *document) check(t *testing.T, b fence, next []fence) {
	switch {
	case b.language == "console":
		d.run(t, b)
	case b.language == "yaml" && b.begins("draw:"):
		d.place(t, b)
		if len(next) == 0 || !next[0].begins("$ "+drawStudy) {
			d.draw(t)
		}
	}
}

// run carries out the commands of a block and compares.
func (d *document) run(t *testing.T, b fence) {
	var out strings.Builder
	for _, line := range b.text {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			printed, _ := d.shell(command) // the exit code is not part of a document: what a failure prints is
			out.WriteString(line + "\n" + printed)
		}
	}
	want, got := strings.Join(b.text, "\n")+"\n", out.String()
	d.now[b.line] = got
	if diff := cmp.Diff(want, got); diff != "" && !*update {
		t.Errorf("the document (-) is not what the program prints (+); rewrite it with -update if that is right\n%s", diff)
	}
}

// place puts the block in the place of the draw section of the study.
func (d *document) place(t *testing.T, b fence) {
	path := filepath.Join(d.folder, "country", "study.yaml")
	study, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(study), "\ndraw:\n")
	end := regexp.MustCompile(`(?m)^\S`).FindStringIndex(rest)
	if !found || end == nil {
		t.Fatal("the study has no draw section")
	}
	if err := os.WriteFile(path, []byte(before+"\n"+strings.Join(b.text, "\n")+"\n\n"+rest[end[0]:]), 0o644); err != nil {
		t.Fatal(err)
	}
}

const drawStudy = "concord draw -s country/study.yaml"

func (d *document) draw(t *testing.T) {
	if printed, err := d.shell(drawStudy); err != nil {
		t.Errorf("%v\n%s", err, printed)
	}
}

// changing is what differs from one machine or run to another: keys of artefacts, and times.
var changing = regexp.MustCompile(`(\b[a-z]+-)[0-9a-f]{16}\b|(\()\d+\.\d( s\))`)

// shell runs a line as it stands, and gives what it prints.
func (d *document) shell(line string) (string, error) {
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir, cmd.Env = d.folder, d.env
	printed, err := cmd.CombinedOutput()
	return changing.ReplaceAllString(string(printed), "$1$2…$3"), err
}

// rewrite puts the blocks into the document, from the last to the first, so that lines keep their numbers.
func (d *document) rewrite(t *testing.T) {
	if !*update {
		return
	}
	blocks := fences(strings.Join(d.lines, "\n"))
	for i := len(blocks) - 1; i >= 0; i-- {
		b := blocks[i]
		if now, ok := d.now[b.line]; ok {
			text := strings.Split(strings.TrimSuffix(now, "\n"), "\n")
			d.lines = append(append(append([]string{}, d.lines[:b.line]...), text...), d.lines[b.line+len(b.text):]...)
		}
	}
	if err := os.WriteFile(d.path, []byte(strings.Join(d.lines, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}
