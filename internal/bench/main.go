// Command bench times the work that goals are set for beside a named peer, in one run, and prints ratios: seconds travel
// badly between machines. R is the peer where Rscript is there, with the packages the tables name.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"
)

// A Row is one piece of work: our time, the peer's, and what both did.
type row struct {
	work   string
	ours   time.Duration
	peer   string        // name and version, "" where it is not there
	theirs time.Duration // 0 where the peer was not run
	note   string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "concord-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Printf("%s, %d cores\n\n", runtime.Version(), runtime.NumCPU())
	if len(os.Args) == 2 && os.Args[1] == "postgres" { // that part alone
		return postgresTable(ctx, dir)
	}
	rows, err := samplingRows(ctx, dir)
	if err != nil {
		return err
	}
	print("Sampling", rows)
	if err := heapingTable(ctx, dir); err != nil {
		return err
	}
	if err := comparisonTable(ctx, dir); err != nil {
		return err
	}
	if err := estimationTable(ctx, dir); err != nil {
		return err
	}
	return postgresTable(ctx, dir)
}

// print prints a table: the ratio is the peer's time over ours.
func print(title string, rows []row) {
	fmt.Println(title)
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "work\tConcord\tpeer\tits time\ttimes faster\t")
	for _, r := range rows {
		theirs, ratio := "-", "-"
		if r.theirs > 0 {
			theirs, ratio = seconds(r.theirs), fmt.Sprintf("%.1f", r.theirs.Seconds()/r.ours.Seconds())
		}
		peer := r.peer
		if peer == "" {
			peer = "not installed"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", r.work, seconds(r.ours), peer, theirs, ratio, r.note)
	}
	t.Flush()
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3g s", d.Seconds()) }

// median is the median time of a function over some runs.
func median(runs int, f func()) time.Duration {
	times := make([]time.Duration, runs)
	for i := range times {
		started := time.Now()
		f()
		times[i] = time.Since(started)
	}
	slices.Sort(times)
	return times[runs/2]
}
