package reference

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
)

// claimed topics are those of which every entry must agree, in every figure it states: an unsupported one fails, too.
var claimed = []string{
	"sampling", "fay_herriot", "estimates", "tests", "replicates", "quantiles", "calibration",
	"agreement", "distributions", "demography", "divergence",
}

// topics are the functions that hold an entry of a topic against ours.
var topics = map[string]func(*entry) outcome{}

// register names the function for a topic. Files of topics call it from init.
func register(topic string, check func(*entry) outcome) {
	if topics[topic] != nil {
		panic("reference: topic " + topic + " is registered twice")
	}
	topics[topic] = check
}

// An outcome is what came of an entry: agreement unless a reason is given.
type outcome struct {
	disagrees   string   // where ours differs
	unsupported string   // what ours cannot do
	left        []string // figures the entry states besides, which ours does not give
}

func agree(left ...string) outcome { return outcome{left: left} }

func disagree(format string, a ...any) outcome { return outcome{disagrees: fmt.Sprintf(format, a...)} }

func unsupported(format string, a ...any) outcome {
	return outcome{unsupported: fmt.Sprintf(format, a...)}
}

// A file of reference results.
type file struct {
	Schema  string
	Topic   string
	Count   *int
	Default tolerance `json:"default_tolerance"`
	Entries []map[string]json.RawMessage
}

// TestReference prints one line, and a table by topic where the test is verbose.
func TestReference(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(folder(t), "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no reference results in %s: %v", folder(t), err)
	}
	var all counts
	var table strings.Builder
	for _, path := range paths {
		f, err := read(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		c := f.check(t, path)
		all.add(c)
		fmt.Fprintf(&table, "%-24s %s\n%s", filepath.Base(path), c.String(), c.reasonLines())
	}
	if testing.Verbose() {
		fmt.Print(table.String())
	}
	fmt.Println("reference:", all.String())
}

// folder is where the reference results are. Without them the test is skipped, but never where everything must run.
func folder(t *testing.T) string {
	const root = "../.."
	dir := os.Getenv("CONCORD_GOLDEN")
	if dir == "" {
		dir = "../shared/golden"
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(root, dir)
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CONCORD_GOLDEN: %v", err)
		}
		t.Skipf("CONCORD_GOLDEN names no folder of reference results: %v", err)
	}
	return dir
}

func read(path string) (*file, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var f file
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	switch {
	case f.Topic == "":
		return nil, fmt.Errorf("no topic")
	case len(f.Entries) == 0:
		return nil, fmt.Errorf("no entries")
	case f.Count != nil && *f.Count != len(f.Entries):
		return nil, fmt.Errorf("%d entries, count says %d", len(f.Entries), *f.Count)
	}
	return &f, nil
}

// check holds every entry of a file against ours.
func (f *file) check(t *testing.T, path string) (c counts) {
	for _, fields := range f.Entries {
		e := &entry{topic: f.Topic, dir: filepath.Dir(path), fields: fields, tolerance: f.Default}
		o := e.check()
		c.count(o)
		where := fmt.Sprintf("%s: entry %s", filepath.Base(path), e.id())
		switch {
		case o.disagrees != "":
			t.Errorf("%s: %s", where, o.disagrees)
		case e.tolerance.Informational: // the file says that nothing hangs on it
		case slices.Contains(claimed, f.Topic) && o.unsupported != "":
			t.Errorf("%s: unsupported: %s", where, o.unsupported)
		case slices.Contains(claimed, f.Topic) && len(o.left) > 0:
			t.Errorf("%s: not given: %s", where, strings.Join(o.left, ", "))
		}
	}
	return c
}

// check sends an entry to its topic. A panic, ours or that of the function under test, is a disagreement.
func (e *entry) check() (o outcome) {
	check := topics[e.topic]
	if check == nil {
		return unsupported("topic %s", e.topic)
	}
	defer func() {
		if r := recover(); r != nil {
			o = disagree("panic: %v", r)
		}
	}()
	e.into("tolerance", &e.tolerance)
	o = check(e)
	if o.disagrees != "" && e.tolerance.Informational {
		return unsupported("informational, and differs")
	}
	return o
}

// counts of outcomes, with the reasons of the unsupported ones and the figures left over.
type counts struct {
	entries, agree, disagree, unsupported int
	reasons                               map[string]int
}

func (c *counts) count(o outcome) {
	if c.reasons == nil {
		c.reasons = map[string]int{}
	}
	c.entries++
	switch {
	case o.disagrees != "":
		c.disagree++
	case o.unsupported != "":
		c.unsupported++
		c.reasons["unsupported: "+o.unsupported]++
	default:
		c.agree++
		for _, l := range o.left {
			c.reasons["agree, but not given: "+l]++
		}
	}
}

func (c *counts) add(o counts) {
	c.entries, c.agree = c.entries+o.entries, c.agree+o.agree
	c.disagree, c.unsupported = c.disagree+o.disagree, c.unsupported+o.unsupported
}

func (c *counts) String() string {
	return fmt.Sprintf("%d entries, %d agree, %d disagree, %d unsupported", c.entries, c.agree, c.disagree, c.unsupported)
}

// reasonLines gives one line a reason.
func (c *counts) reasonLines() string {
	reasons := make([]string, 0, len(c.reasons))
	for r := range c.reasons {
		reasons = append(reasons, r)
	}
	sort.Strings(reasons)
	var b strings.Builder
	for _, r := range reasons {
		fmt.Fprintf(&b, "    %5d %s\n", c.reasons[r], r)
	}
	return b.String()
}
