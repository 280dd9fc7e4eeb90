package main

import (
	"io"
	"os"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// progress shows how far a stage is, by a bar on a terminal; elsewhere it is silent.
type progress struct {
	out   io.Writer // nil when nobody watches
	bars  *mpb.Progress
	bar   *mpb.Bar
	stage string
}

func newProgress(w io.Writer) *progress {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &progress{out: w}
	}
	return &progress{}
}

// show moves the bar of a stage; total 0 means that it is not known yet. Another stage takes the bar over.
func (p *progress) show(stage string, done, total int64) {
	if p.out == nil {
		return
	}
	if p.bar == nil || p.stage != stage {
		p.end()
		p.begin(stage)
	}
	p.bar.SetTotal(total, false)
	p.bar.SetCurrent(done)
}

// draw shows how far a draw is: the frame is gone through once to check it, and again to decide.
func (p *progress) draw(done, total int64) {
	stage := "check"
	if total > 0 {
		stage = "draw"
	}
	p.show(stage, done, total)
}

func (p *progress) begin(stage string) {
	p.stage, p.bars = stage, mpb.New(mpb.WithOutput(p.out), mpb.WithWidth(60))
	p.bar = p.bars.AddBar(0,
		mpb.PrependDecorators(decor.Name(stage, decor.WC{W: 10, C: decor.DindentRight})),
		mpb.AppendDecorators(decor.CountersNoUnit("%d / %d"), decor.Name(" "), decor.Elapsed(decor.ET_STYLE_GO)))
}

// end takes the bar away. A container of bars cannot be used again once it was waited for.
func (p *progress) end() {
	if p.bar == nil {
		return
	}
	p.bar.Abort(true)
	p.bars.Wait()
	p.bar = nil
}
