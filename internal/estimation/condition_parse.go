package estimation

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// parseCondition reads a condition on a row:
//
//	age >= 15 and (sex = 2 or region in ('north', 'south')) and not income is missing
//
// Columns are compared with numbers by =, !=, <, <=, > and >=, and with texts in quotes by = and !=. A name that is
// no word stands in double quotes. A column by itself is true where it is not 0.
func parseCondition(text string) (condition, error) {
	tokens, err := tokens(text)
	if err != nil {
		return nil, err
	}
	p := &conditionParser{tokens: tokens}
	c := p.or()
	if p.err == nil && p.at < len(p.tokens) {
		p.fail("%s is one too many", p.next())
	}
	return c, p.err
}

// A token is a word, a name in double quotes, a text in single ones, a number or a sign.
type token struct {
	kind byte // 'w', '"', '\'', '0', or '=' for signs
	text string
}

func (t token) String() string {
	if t.text == "" {
		return "the end"
	}
	return strconv.Quote(t.text)
}

// is tells whether a token is a sign or word of the language.
func (t token) is(text string) bool {
	return (t.kind == '=' || t.kind == 'w') && strings.EqualFold(t.text, text)
}

// isText tells whether a token in the place of a value is a text.
func (t token) isText() bool { return t.kind == '\'' || t.kind == '"' }

func tokens(text string) ([]token, error) {
	var out []token
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimSpace(rest) {
		t, n, err := firstToken(rest)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		rest = rest[n:]
	}
	return out, nil
}

// isInWord tells whether a word goes on with a sign.
func isInWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '.' }

// signs are those of the language, the longer ones first.
var signs = [...]struct{ written, means string }{
	{"==", "="}, {"!=", "!="}, {"<>", "!="}, {"<=", "<="}, {">=", ">="}, {"=", "="}, {"<", "<"}, {">", ">"},
	{"(", "("}, {")", ")"}, {",", ","},
}

func firstToken(s string) (token, int, error) {
	c, _ := utf8.DecodeRuneInString(s)
	switch {
	case c == '\'' || c == '"':
		end := strings.IndexRune(s[1:], c)
		if end < 0 {
			return token{}, 0, fmt.Errorf("a %c is not closed", c)
		}
		return token{byte(c), s[1 : end+1]}, end + 2, nil
	case unicode.IsLetter(c) || c == '_':
		n := len(s) - len(strings.TrimLeftFunc(s, isInWord))
		return token{'w', s[:n]}, n, nil
	case unicode.IsDigit(c) || c == '-' || c == '.':
		n := len(s) - len(strings.TrimLeft(s, "0123456789.-+eE"))
		return token{'0', s[:n]}, n, nil
	}
	for _, sign := range signs {
		if strings.HasPrefix(s, sign.written) {
			return token{'=', sign.means}, len(sign.written), nil
		}
	}
	return token{}, 0, fmt.Errorf("%q is no sign of a condition", c)
}

// A conditionParser goes through tokens and remembers the first error.
type conditionParser struct {
	tokens []token
	at     int
	err    error
}

func (p *conditionParser) fail(text string, a ...any) condition {
	if p.err == nil {
		p.err = fmt.Errorf(text, a...)
	}
	return missing{}
}

func (p *conditionParser) peek() token {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return token{}
}

func (p *conditionParser) next() token {
	t := p.peek()
	p.at++
	return t
}

// skip goes past a sign or word if it is the next one.
func (p *conditionParser) skip(text string) bool {
	if p.peek().is(text) {
		p.at++
		return true
	}
	return false
}

func (p *conditionParser) or() condition {
	c := p.and()
	for p.skip("or") {
		c = either{c, p.and()}
	}
	return c
}

func (p *conditionParser) and() condition {
	c := p.not()
	for p.skip("and") {
		c = both{c, p.not()}
	}
	return c
}

func (p *conditionParser) not() condition {
	if p.skip("not") {
		return negated{p.not()}
	}
	if !p.skip("(") {
		return p.comparison()
	}
	c := p.or()
	if !p.skip(")") {
		return p.fail("a ) is missing")
	}
	return c
}

var comparisons = []string{"=", "!=", "<", "<=", ">", ">="}

func (p *conditionParser) comparison() condition {
	column := p.next()
	if column.kind != 'w' && column.kind != '"' {
		return p.fail("%s stands where a column should, as in age >= 15", column)
	}
	for _, op := range comparisons {
		if p.skip(op) {
			return p.compared(column.text, op)
		}
	}
	switch {
	case p.skip("is"):
		return p.missing(column.text)
	case p.skip("in"):
		return p.in(column.text)
	case p.skip("not"):
		if p.skip("in") {
			return negated{p.in(column.text)}
		}
		return p.fail("not stands before a condition, or before in")
	}
	return compared{column.text, "!=", 0}
}

// compared reads what a column is compared with.
func (p *conditionParser) compared(column, op string) condition {
	value := p.next()
	switch {
	case value.kind == '0':
		return compared{column, op, p.number(value)}
	case value.isText() && op == "=":
		return among{column, []string{value.text}}
	case value.isText() && op == "!=":
		return negated{among{column, []string{value.text}}}
	case value.isText():
		return p.fail("a text can be equal or not, but %s goes with numbers", op)
	}
	return p.fail("%s stands where a number should, or a text in quotes", value)
}

func (p *conditionParser) number(t token) float64 {
	v, err := strconv.ParseFloat(t.text, 64)
	if err != nil {
		p.fail("%s is not a number", t)
	}
	return v
}

func (p *conditionParser) missing(column string) condition {
	not := p.skip("not")
	if !p.skip("missing") {
		return p.fail("%s stands where missing should", p.next())
	}
	if not {
		return negated{missing{column}}
	}
	return missing{column}
}

// in reads a list of numbers or texts.
func (p *conditionParser) in(column string) condition {
	if !p.skip("(") {
		return p.fail("in goes with a list, as in sex in (1, 2)")
	}
	var c condition
	for c == nil || p.skip(",") {
		if one := p.compared(column, "="); c == nil {
			c = one
		} else {
			c = either{c, one}
		}
	}
	if !p.skip(")") {
		return p.fail("a ) is missing")
	}
	return c
}
