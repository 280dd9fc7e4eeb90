package main

import (
	"bytes"
	"testing"
)

// TestProgress goes through several stages as a run does: bars come and go, and come again.
func TestProgress(t *testing.T) {
	var terminal bytes.Buffer
	p := &progress{out: &terminal}
	for range 2 {
		for _, stage := range []string{"draw", "extract"} {
			p.show(stage, 0, 0)
			p.show(stage, 1, 2)
			p.show(stage, 2, 2)
		}
		p.end()
		p.end()
	}
	var pipe bytes.Buffer
	quiet := newProgress(&pipe)
	quiet.show("draw", 1, 2)
	quiet.end()
	if pipe.Len() > 0 {
		t.Errorf("a pipe got %q", pipe.String())
	}
}
