package main

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/simulate"
	"github.com/concord-stat/concord/internal/stage"
)

// TestKilledRun kills run at random moments. Whatever is there afterwards and opens as an artefact must verify, and the
// next run must complete.
func TestKilledRun(t *testing.T) {
	dir := t.TempDir()
	if _, err := simulate.Run(context.Background(), simulate.Options{Out: dir, Persons: 20_000, Seed: 3, Rates: simulate.DefaultRates()}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "study.yaml")
	if err := os.WriteFile(file, studyOfSimulation, 0o644); err != nil {
		t.Fatal(err)
	}
	whole := timeOfRun(t, file)
	root := filepath.Join(dir, "artefacts")
	rng := rand.New(rand.NewPCG(1, 2))
	kills := 25
	if testing.Short() {
		kills = 5
	}
	for range kills {
		if rng.IntN(3) == 0 {
			os.RemoveAll(root) // from the beginning; else from where the last one was killed
		}
		killAfter(t, file, time.Duration(rng.Float64()*float64(whole)))
		verifyWhatIsThere(t, root)
	}
	if out, err := asProgram(file).CombinedOutput(); err != nil {
		t.Fatalf("the run after the kills: %v\n%s", err, out)
	}
	verifyWhatIsThere(t, root)
	for _, name := range stage.Names {
		if _, err := (artefact.Store{Root: root}).Current(name); err != nil {
			t.Errorf("after the last run: %v", err)
		}
	}
	leftovers, _ := filepath.Glob(filepath.Join(root, ".new-*"))
	if len(leftovers) > 0 {
		t.Errorf("left behind: %v", leftovers)
	}
}

// asProgram is this test binary as the program, running a study.
func asProgram(file string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], "run", "-s", file)
	cmd.Env = append(os.Environ(), "CONCORD_AS_PROGRAM=1")
	return cmd
}

func timeOfRun(t *testing.T, file string) time.Duration {
	t.Helper()
	start := time.Now()
	if out, err := asProgram(file).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return time.Since(start)
}

func killAfter(t *testing.T, file string, d time.Duration) {
	t.Helper()
	cmd := asProgram(file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(d)
	cmd.Process.Kill()
	cmd.Wait()
}

// verifyWhatIsThere verifies every folder a reader would take for an artefact.
func verifyWhatIsThere(t *testing.T, root string) {
	t.Helper()
	entries, err := os.ReadDir(root)
	if os.IsNotExist(err) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if _, _, err := artefact.Verify(filepath.Join(root, e.Name())); err != nil {
			t.Errorf("after a kill: %v", err)
		}
	}
}
