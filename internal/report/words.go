package report

import (
	"html/template"
	"strings"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/chart"
)

// words are a language's words and numbers; second is the other language of headings, nil where there is none.
type words struct {
	language         string
	thousands, point string
	clock            string // layout of times
	dictionary       map[string]string
	second           *words
	instead          map[string]string // keys whose word is another's, where a study does not hold the register against the census
}

var (
	inVietnamese = words{language: "vi", thousands: ".", point: ",", clock: "15:04 ngày 02/01/2006 (UTC-07:00)", dictionary: vietnamese}
	inEnglish    = words{language: "en", thousands: ",", point: ".", clock: "2 January 2006, 15:04 (UTC-07:00)", dictionary: english}
)

// wordsFor takes the leading language and the second of a study. Languages without a dictionary are passed over;
// where none has one the report is in English.
func wordsFor(languages []string) words {
	var known []words
	for _, l := range languages {
		switch l {
		case "vi":
			known = append(known, inVietnamese)
		case "en":
			known = append(known, inEnglish)
		}
	}
	if len(known) == 0 {
		return inEnglish
	}
	lead := known[0]
	if len(known) > 1 && known[1].language != lead.language {
		lead.second = &known[1]
	}
	return lead
}

// word panics where the dictionary has no such key, which is a mistake in this package.
func (w words) word(key string) string {
	if other, ok := w.instead[key]; ok {
		key = other
	}
	word, ok := w.dictionary[key]
	if !ok {
		panic("report: no word for " + key + " in " + w.language)
	}
	return word
}

// ofPairs are the words where sources other than register and census are held against each other: the tables then call the
// sides first and second, and every pair says what these are.
func (w words) ofPairs() words {
	w.instead = map[string]string{
		"kicker": "kickerPairs", "subject": "subjectPairs", "register": "first", "census": "second", "definition": "pair", "definitions": "pairs",
		"readDifference": "readPairs",
	}
	if w.second != nil {
		second := *w.second
		second.instead = w.instead
		w.second = &second
	}
	return w
}

// heading is a word in the leading language and, smaller, in the second, as the tables of the yearbooks have it.
func (w words) heading(key string) template.HTML {
	lead := template.HTMLEscapeString(w.word(key))
	if w.second == nil || w.second.word(key) == w.word(key) {
		return template.HTML(lead)
	}
	return template.HTML(lead + ` <span class="second" lang="` + w.second.language + `">` +
		template.HTMLEscapeString(w.second.word(key)) + `</span>`)
}

// named is the word for something whose names come with the data: what the dictionary does not know keeps its name.
func (w words) named(kind, name string) string {
	if word, ok := w.dictionary[kind+"."+name]; ok {
		return word
	}
	return name
}

func (w words) dimension(name string) string { return w.named("dimension", name) }

func (w words) level(name string) string {
	if name == "" {
		return w.word("level.")
	}
	return chart.LevelName(w.language, name)
}

func (w words) definition(name string) string { return chart.DefinitionName(w.language, name) }

func (w words) verdict(v compare.Verdict) string { return w.named("verdict", string(v)) }

// cell names a cell such as male*0-4 by its parts.
func (w words) cell(name string) string {
	if name == "" {
		name = "total"
	}
	parts := strings.Split(name, "*")
	for i, part := range parts {
		parts[i] = w.named("cell", part)
	}
	return strings.Join(parts, ", ")
}

// notes are the remarks of a row, which compare joins by semicolons.
func (w words) notes(joined string) []string {
	if joined == "" {
		return nil
	}
	all := strings.Split(joined, "; ")
	for i, note := range all {
		if all[i] = w.named("note", note); all[i] == note {
			all[i] = chart.NoteText(w.language, note)
		}
	}
	return all
}
