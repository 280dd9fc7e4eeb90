package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"github.com/concord-stat/concord/internal/results"
)

//go:embed page
var files embed.FS

var (
	style  = template.CSS(mustRead("page/style.css"))
	script = template.JS(mustRead("page/script.js"))
)

func mustRead(name string) string {
	text, err := files.ReadFile(name)
	if err != nil {
		panic("report: a file that is part of the program cannot be read: " + err.Error())
	}
	return string(text)
}

// page is what the templates print, all but the areas' data.
type page struct {
	Lang      string
	Summary   results.Summary
	Style     template.CSS
	Script    template.JS
	ScriptSHA string // so that the browser runs this script and no other, whatever a name in the data may say
	Levels    []string
	Totals    []total
	Verdicts  []tallyRow
	Rankings  []ranking
	Undecided undecided
	Worklists []worklist
	Found     []*selection
	Causes    []causeRow
	First     *firstArea // nil where there is no area
}

// firstArea is shown without any script, and in print.
type firstArea struct {
	results.Area
	View areaView
}

func newPage(e *edition) (page, error) {
	sum := sha256.Sum256([]byte(script))
	p := page{
		Lang: e.language, Summary: e.Summary, Style: style, Script: script,
		ScriptSHA: "sha256-" + base64.StdEncoding.EncodeToString(sum[:]),
		Levels:    e.levels(), Totals: e.totals(), Verdicts: e.verdicts(),
		Rankings: e.rankings(), Undecided: e.undecided(),
	}
	if err := p.findings(e); err != nil || len(e.areas) == 0 {
		return p, err
	}
	a := e.first(p.Rankings)
	view, err := e.view(a)
	p.First = &firstArea{a, view}
	return p, err
}

// findings adds what the comparison says beside its verdicts.
func (p *page) findings(e *edition) (err error) {
	if p.Worklists, err = e.worklists(); err != nil {
		return err
	}
	if p.Causes, err = e.causes(); err != nil {
		return err
	}
	for _, c := range e.choices() {
		s, err := e.selected(c)
		if err != nil {
			return err
		}
		if s != nil {
			p.Found = append(p.Found, s)
		}
	}
	return nil
}

// first is the area that differs by most persons, at the lowest level; where none differs, the first of the list.
func (e *edition) first(rankings []ranking) results.Area {
	for _, r := range rankings {
		return e.byCode[r.ByPersons[0].Area]
	}
	return e.areas[0]
}

func (e *edition) execute(w io.Writer, name string, p page) error {
	t, err := template.New("").Funcs(e.functions()).ParseFS(files, "page/*.html")
	if err != nil {
		return err
	}
	return t.ExecuteTemplate(w, name, p)
}

func (e *edition) functions() template.FuncMap {
	return template.FuncMap{
		"w": e.word, "h": e.heading, "named": e.named,
		"level": e.level, "definition": e.definition, "dimension": e.dimension, "verdict": e.verdict,
		"area": func(code string) results.Area { return e.byCode[code] }, "within": e.within,
		"areasAt": e.count, "count": e.words.count, "percent": e.percent,
		"persons": e.persons, "signedPersons": e.signedPersons, "signedPercent": e.signedPercent,
		"interval": e.interval, "share": e.share, "figures": e.figures,
		"moment": e.moment, "first": firstLetters, "add": func(a, b int) int { return a + b },
		"nothing": func() *whyView { return nil },
		"shown": func(rows, of int, table string) string {
			return fmt.Sprintf(e.word("shown"), e.words.count(rows), e.words.count(of), table)
		},
		// Drawings are made by this program, which escapes the names in them.
		"drawing": func(svg string) template.HTML { return template.HTML(svg) },
	}
}

// firstLetters is the beginning of a digest, enough to recognise it by.
func firstLetters(digest string) string {
	return digest[:min(len(digest), 16)]
}
