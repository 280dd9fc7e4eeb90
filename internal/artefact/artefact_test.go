package artefact_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/artefact"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
}

func manifest() artefact.Manifest {
	return artefact.Manifest{Stage: "extract", Study: "s", Text: "title: Xã\n", Seed: 1<<64 - 1, Program: "concord test",
		Inputs: []artefact.Input{{Name: "register.csv", SHA256: "ab"}}, Details: json.RawMessage(`{"n":1}`)}
}

// sealed is a sealed artefact of three files, one in a folder.
func sealed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "b.csv", "b\n")
	write(t, dir, "a.csv", "")
	write(t, dir, "sub/manifest.json", "{}")
	must(t, artefact.Seal(dir, manifest()))
	return dir
}

func TestSealAndVerify(t *testing.T) {
	dir := sealed(t)
	m, seal, err := artefact.Verify(dir)
	must(t, err)
	// sha256sum of nothing, of "b\n" and of "{}", by GNU coreutils 9.1.
	want := []artefact.File{
		{Name: "a.csv", Size: 0, SHA256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{Name: "b.csv", Size: 2, SHA256: "0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f"},
		{Name: "sub/manifest.json", Size: 2, SHA256: "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},
	}
	if diff := cmp.Diff(want, m.Files); diff != "" {
		t.Error(diff)
	}
	full := manifest()
	full.Format, full.Files = artefact.Format, want
	full.Details, m.Details = nil, nil // indented with the rest
	if diff := cmp.Diff(full, m); diff != "" {
		t.Error(diff)
	}
	sum, _, err := artefact.Digest(filepath.Join(dir, artefact.ManifestName))
	must(t, err)
	text, err := os.ReadFile(filepath.Join(dir, artefact.SealName))
	must(t, err)
	if seal != sum || string(text) != sum+"  manifest.json\n" { // what sha256sum -c reads
		t.Errorf("seal %s, in the file %q, want %s", seal, text, sum)
	}
}

func TestVerifyNamesTheFirstDifference(t *testing.T) {
	remove := func(t *testing.T, dir, name string) { must(t, os.Remove(filepath.Join(dir, name))) }
	edit := func(t *testing.T, dir, name, from, to string) {
		text, err := os.ReadFile(filepath.Join(dir, name))
		must(t, err)
		if !strings.Contains(string(text), from) {
			t.Fatalf("%s does not hold %q", name, from)
		}
		write(t, dir, name, strings.Replace(string(text), from, to, 1))
	}
	for _, tt := range []struct {
		name   string
		damage func(t *testing.T, dir string)
		want   string
	}{
		{"one byte", func(t *testing.T, dir string) { write(t, dir, "b.csv", "c\n") }, "b.csv differs"},
		{"a byte more", func(t *testing.T, dir string) { write(t, dir, "b.csv", "b\n\n") }, "b.csv differs"},
		{"truncated", func(t *testing.T, dir string) { write(t, dir, "sub/manifest.json", "") }, "sub/manifest.json differs"},
		{"two", func(t *testing.T, dir string) { write(t, dir, "b.csv", "c"); write(t, dir, "a.csv", "c") }, "a.csv differs"},
		{"first missing", func(t *testing.T, dir string) { remove(t, dir, "a.csv") }, "a.csv is missing"},
		{"last missing", func(t *testing.T, dir string) { remove(t, dir, "sub/manifest.json") }, "sub/manifest.json is missing"},
		{"added first", func(t *testing.T, dir string) { write(t, dir, "0", "") }, "0 was added"},
		{"added between", func(t *testing.T, dir string) { write(t, dir, "aa.csv", "") }, "aa.csv was added"},
		{"added last", func(t *testing.T, dir string) { write(t, dir, "z", "") }, "z was added"},
		{"added in a folder", func(t *testing.T, dir string) { write(t, dir, "sub/seal.sha256", "") }, "sub/seal.sha256 was added"},
		{"hidden", func(t *testing.T, dir string) { write(t, dir, ".x", "") }, ".x was added"},
		{"renamed", func(t *testing.T, dir string) {
			must(t, os.Rename(filepath.Join(dir, "b.csv"), filepath.Join(dir, "c.csv")))
		}, "b.csv is missing"},
		{"manifest edited", func(t *testing.T, dir string) { edit(t, dir, artefact.ManifestName, "concord test", "concord 2") }, "manifest.json differs from its seal"},
		{"manifest edited to fit a file", func(t *testing.T, dir string) {
			write(t, dir, "b.csv", "c\n")
			sum, _, err := artefact.Digest(filepath.Join(dir, "b.csv"))
			must(t, err)
			edit(t, dir, artefact.ManifestName, "0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f", sum)
		}, "manifest.json differs from its seal"},
		{"manifest missing", func(t *testing.T, dir string) { remove(t, dir, artefact.ManifestName) }, "manifest.json is missing"},
		{"manifest cut", func(t *testing.T, dir string) { write(t, dir, artefact.ManifestName, "{") }, "manifest.json: unexpected end"},
		{"of another version", func(t *testing.T, dir string) {
			edit(t, dir, artefact.ManifestName, "concord-artefact/1", "concord-artefact/2")
		},
			`manifest format "concord-artefact/2"`},
		{"seal edited", func(t *testing.T, dir string) {
			write(t, dir, artefact.SealName, strings.Repeat("0", 64)+"  manifest.json\n")
		}, "manifest.json differs from its seal"},
		{"seal longer", func(t *testing.T, dir string) { edit(t, dir, artefact.SealName, ".json\n", ".json\nx\n") }, "manifest.json differs from its seal"},
		{"seal empty", func(t *testing.T, dir string) { write(t, dir, artefact.SealName, "") }, "manifest.json differs from its seal"},
		{"seal missing", func(t *testing.T, dir string) { remove(t, dir, artefact.SealName) }, "seal.sha256"},
	} {
		dir := sealed(t)
		tt.damage(t, dir)
		if _, _, err := artefact.Verify(dir); !errors.Is(err, artefact.ErrNotVerified) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestNoArtefact(t *testing.T) {
	for name, dir := range map[string]string{"empty folder": t.TempDir(), "no folder": filepath.Join(t.TempDir(), "none")} {
		if _, _, err := artefact.Verify(dir); !errors.Is(err, fs.ErrNotExist) || errors.Is(err, artefact.ErrNotVerified) {
			t.Errorf("%s: error %v, want fs.ErrNotExist alone", name, err)
		}
	}
}

func TestSameContentSameSeal(t *testing.T) {
	_, first, err := artefact.Open(sealed(t))
	must(t, err)
	_, second, err := artefact.Open(sealed(t))
	must(t, err)
	if first != second {
		t.Errorf("seals %s and %s of the same content", first, second)
	}
	other := sealed(t)
	m := manifest()
	m.Seed--
	must(t, artefact.Seal(other, m))
	if _, third, _ := artefact.Open(other); third == first {
		t.Error("another seed, the same seal")
	}
}

func TestKey(t *testing.T) {
	base := artefact.Key(manifest(), "build")
	if base != artefact.Key(manifest(), "build") || len(base) != 16 {
		t.Errorf("key %s", base)
	}
	if base == artefact.Key(manifest(), "another build") {
		t.Error("another build, the same key")
	}
	for name, change := range map[string]func(*artefact.Manifest){
		"stage":   func(m *artefact.Manifest) { m.Stage = "draw" },
		"study":   func(m *artefact.Manifest) { m.Text += "#" },
		"seed":    func(m *artefact.Manifest) { m.Seed = 0 },
		"program": func(m *artefact.Manifest) { m.Program = "concord next" },
		"input":   func(m *artefact.Manifest) { m.Inputs[0].SHA256 = "cd" },
		"details": func(m *artefact.Manifest) { m.Details = nil },
	} {
		m := manifest()
		change(&m)
		if artefact.Key(m, "build") == base {
			t.Errorf("another %s, the same key", name)
		}
	}
}

// listing is the names in a folder.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestMake(t *testing.T) {
	s := artefact.Store{Root: filepath.Join(t.TempDir(), "artefacts")}
	if _, err := s.Current("extract"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before the first: %v, want fs.ErrNotExist", err)
	}
	m := manifest()
	fill := func(text string) func(string) error {
		return func(dir string) error {
			if names := listing(t, dir); len(names) > 0 {
				t.Errorf("the folder to fill holds %v", names)
			}
			if s.Has("extract", "k1") && text == "one" {
				t.Error("it is there before it is whole")
			}
			m.Details = json.RawMessage(`{"late":true}`) // completed while the files are written
			write(t, dir, "sub/x.csv", text)
			return nil
		}
	}
	path, err := s.Make(context.Background(), "k1", &m, fill("one"))
	must(t, err)
	got, _, err := artefact.Verify(path)
	must(t, err)
	if path != s.Path("extract", "k1") || !s.Has("extract", "k1") || !strings.Contains(string(got.Details), "late") {
		t.Errorf("made %s with details %s", path, got.Details)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o755 {
		t.Errorf("mode %v: others cannot read it", info.Mode())
	}
	second, err := s.Make(context.Background(), "k2", &m, fill("two"))
	must(t, err)
	if now, err := s.Current("extract"); now != second || err != nil {
		t.Errorf("in force is %s (%v), want %s", now, err, second)
	}
	if _, _, err := artefact.Verify(path); err != nil {
		t.Errorf("the one before: %v", err)
	}
	// Another run that was faster made the same thing: it stays.
	again, err := s.Make(context.Background(), "k1", &m, fill("three"))
	must(t, err)
	if text, _ := os.ReadFile(filepath.Join(again, "sub", "x.csv")); string(text) != "one" {
		t.Errorf("an artefact was changed: %s", text)
	}
	if diff := cmp.Diff([]string{"extract", "extract-k1", "extract-k2"}, listing(t, s.Root)); diff != "" {
		t.Error(diff)
	}
}

func TestMakeLeavesNothing(t *testing.T) {
	broken := errors.New("disk full")
	for name, run := range map[string]func(s artefact.Store, m *artefact.Manifest) error{
		"write fails": func(s artefact.Store, m *artefact.Manifest) error {
			_, err := s.Make(context.Background(), "k", m, func(dir string) error { write(t, dir, "x", "half"); return broken })
			if !errors.Is(err, broken) {
				t.Errorf("error %v", err)
			}
			return err
		},
		"cancelled": func(s artefact.Store, m *artefact.Manifest) error {
			ctx, cancel := context.WithCancel(context.Background())
			_, err := s.Make(ctx, "k", m, func(dir string) error { write(t, dir, "x", "whole"); cancel(); return nil })
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			return err
		},
		"manifest that is no JSON": func(s artefact.Store, m *artefact.Manifest) error {
			_, err := s.Make(context.Background(), "k", m, func(string) error { m.Details = json.RawMessage("{"); return nil })
			return err
		},
		"panic": func(s artefact.Store, m *artefact.Manifest) (err error) {
			defer func() { err, _ = recover().(error) }()
			_, err = s.Make(context.Background(), "k", m, func(dir string) error { write(t, dir, "x", "half"); panic(broken) })
			return err
		},
	} {
		s, m := artefact.Store{Root: t.TempDir()}, manifest()
		if err := run(s, &m); err == nil {
			t.Errorf("%s: no error", name)
		}
		if names := listing(t, s.Root); len(names) > 0 || s.Has("extract", "k") {
			t.Errorf("%s: left %v", name, names)
		}
	}
}

// Point swaps the link in one step: at no moment is there none, or one to nothing.
func TestPointIsAtomic(t *testing.T) {
	s := artefact.Store{Root: t.TempDir()}
	for _, key := range []string{"a", "b"} {
		must(t, os.Mkdir(s.Path("draw", key), 0o755))
	}
	must(t, s.Point("draw", "a"))
	done := make(chan error)
	go func() {
		for i := range 500 {
			if err := s.Point("draw", string(rune('a'+i%2))); err != nil {
				done <- err
				return
			}
		}
		close(done)
	}()
	for {
		select {
		case err := <-done:
			must(t, err)
			return
		default:
			if _, err := s.Current("draw"); err != nil {
				t.Errorf("between two: %v", err)
			}
		}
	}
}

func TestPointPastAKilledRun(t *testing.T) {
	s := artefact.Store{Root: t.TempDir()}
	must(t, os.Mkdir(s.Path("draw", "a"), 0o755))
	must(t, os.Symlink("nowhere", filepath.Join(s.Root, ".link-draw-a")))
	must(t, s.Point("draw", "a"))
	if now, err := s.Current("draw"); now != s.Path("draw", "a") || err != nil {
		t.Errorf("in force is %s (%v)", now, err)
	}
}

func TestSweep(t *testing.T) {
	s := artefact.Store{Root: t.TempDir()}
	write(t, s.Root, ".new-draw-123/half.csv", "x")
	write(t, s.Root, "draw-k/whole.csv", "x")
	write(t, s.Root, ".gitignore", "*")
	must(t, os.Symlink("draw-k", filepath.Join(s.Root, ".link-draw-k")))
	must(t, s.Point("draw", "k"))
	must(t, os.Symlink("draw-k", filepath.Join(s.Root, ".link-draw-k")))
	must(t, s.Sweep())
	if diff := cmp.Diff([]string{".gitignore", "draw", "draw-k"}, listing(t, s.Root)); diff != "" {
		t.Error(diff)
	}
	if text, err := os.ReadFile(filepath.Join(s.Root, "draw", "whole.csv")); string(text) != "x" || err != nil {
		t.Errorf("what the link led to: %q, %v", text, err)
	}
	must(t, artefact.Store{Root: filepath.Join(s.Root, "none")}.Sweep())
}
