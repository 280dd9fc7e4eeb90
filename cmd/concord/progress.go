package main

import (
	"io"
	"os"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// progress shows how far each stage is, one bar a stage, on a terminal; elsewhere it is silent.
type progress struct {
	bars *mpb.Progress
	of   map[string]*mpb.Bar
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &progress{}
	}
	return &progress{bars: mpb.New(mpb.WithOutput(w), mpb.WithWidth(60)), of: make(map[string]*mpb.Bar)}
}

// show moves the bar of a stage; total 0 means that it is not known yet.
func (p *progress) show(stage string, done, total int64) {
	if p.bars == nil {
		return
	}
	bar, ok := p.of[stage]
	if !ok {
		bar = p.bars.AddBar(0, mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name(stage, decor.WC{W: 10, C: decor.DindentRight})),
			mpb.AppendDecorators(decor.CountersNoUnit("%d / %d"), decor.Name(" "), decor.Elapsed(decor.ET_STYLE_GO)))
		p.of[stage] = bar
	}
	bar.SetTotal(total, false)
	bar.SetCurrent(done)
}

// end takes the bars away.
func (p *progress) end() {
	if p.bars == nil {
		return
	}
	for _, bar := range p.of {
		bar.Abort(true)
	}
	p.bars.Wait()
	p.of = make(map[string]*mpb.Bar)
}
