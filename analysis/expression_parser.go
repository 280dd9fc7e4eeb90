package analysis

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ExpressionError says where an expression cannot be read.
type ExpressionError struct {
	Text     string
	Position int // in bytes, from 0
	Reason   string
}

func (e *ExpressionError) Error() string {
	character := utf8.RuneCountInString(e.Text[:e.Position]) + 1
	return fmt.Sprintf("analysis: expression %q, character %d: %s", e.Text, character, e.Reason)
}

// ParseExpression reads an expression of named estimates, such as log(a/b) or (H - E)/E:
//
//	sum     = product { ("+" | "-") product }
//	product = signed { ("*" | "/") signed }
//	signed  = [ "+" | "-" ] signed | power
//	power   = atom [ "^" signed ]
//	atom    = number | name | ("log" | "exp" | "sqrt") "(" sum ")" | "(" sum ")"
//
// so that -a^2 is -(a²) and a^b^c is a^(b^c). Names are letters, digits, dots and underscores, beginning with a letter
// or a dot; others stand between back quotes. The error is an *ExpressionError.
func ParseExpression(text string) (*Expression, error) {
	p := &expressionParser{text: text, out: &Expression{}}
	p.space()
	root, err := p.sum()
	if err == nil && p.at < len(text) {
		err = p.fail("an operator is missing before " + strconv.Quote(string(p.peek())))
	}
	if err != nil {
		return nil, err
	}
	p.out.root = root
	return p.out, nil
}

// maxDepth is how deep parentheses, signs and powers may be nested.
const maxDepth = 200

type expressionParser struct {
	text  string
	at    int
	depth int
	out   *Expression
}

func (p *expressionParser) fail(reason string) error {
	return &ExpressionError{Text: p.text, Position: p.at, Reason: reason}
}

func (p *expressionParser) peek() rune {
	if p.at == len(p.text) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	return r
}

func (p *expressionParser) space() {
	p.at = len(p.text) - len(strings.TrimLeftFunc(p.text[p.at:], unicode.IsSpace))
}

// accept goes past one of the operators, where it comes next.
func (p *expressionParser) accept(operators string) byte {
	if p.at == len(p.text) || !strings.Contains(operators, p.text[p.at:p.at+1]) {
		return 0
	}
	op := p.text[p.at]
	p.at++
	p.space()
	return op
}

func (p *expressionParser) sum() (term, error) {
	x, err := p.product()
	for err == nil {
		op := p.accept("+-")
		if op == 0 {
			break
		}
		var y term
		y, err = p.product()
		if op == '-' {
			y = negativeTerm{y}
		}
		x = sumTerm{x, y}
	}
	return x, err
}

func (p *expressionParser) product() (term, error) {
	x, err := p.signed()
	for err == nil {
		op := p.accept("*/")
		if op == 0 {
			break
		}
		var y term
		if y, err = p.signed(); op == '*' {
			x = productTerm{x, y}
		} else {
			x = quotientTerm{x, y}
		}
	}
	return x, err
}

func (p *expressionParser) signed() (term, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.fail("nested too deeply")
	}
	defer func() { p.depth-- }()
	switch p.accept("+-") {
	case '+':
		return p.signed()
	case '-':
		x, err := p.signed()
		return negativeTerm{x}, err
	}
	return p.power()
}

func (p *expressionParser) power() (term, error) {
	x, err := p.atom()
	if err != nil || p.accept("^") == 0 {
		return x, err
	}
	y, err := p.signed()
	return powerTerm{x, y}, err
}

func (p *expressionParser) atom() (term, error) {
	switch r := p.peek(); {
	case p.at == len(p.text):
		return nil, p.fail("a number, a name or a parenthesis is missing at the end")
	case r == '(':
		return p.parenthesis()
	case r == '`':
		return p.quoted()
	case unicode.IsDigit(r) || r == '.' && p.digitFollows():
		return p.number()
	case unicode.IsLetter(r) || r == '.':
		return p.name()
	}
	return nil, p.fail(fmt.Sprintf("%q where a number, a name or a parenthesis should be", p.peek()))
}

func (p *expressionParser) digitFollows() bool {
	return p.at+1 < len(p.text) && '0' <= p.text[p.at+1] && p.text[p.at+1] <= '9'
}

func (p *expressionParser) parenthesis() (term, error) {
	p.accept("(")
	x, err := p.sum()
	if err == nil && p.accept(")") == 0 {
		err = p.fail("a closing parenthesis is missing")
	}
	return x, err
}

// number reads digits with a dot and an exponent.
func (p *expressionParser) number() (term, error) {
	end := p.at
	for end < len(p.text) && (strings.IndexByte("0123456789.", p.text[end]) >= 0 || p.exponent(end)) {
		end++
	}
	v, err := strconv.ParseFloat(p.text[p.at:end], 64)
	if err != nil {
		return nil, p.fail(strconv.Quote(p.text[p.at:end]) + " is no number")
	}
	p.at = end
	p.space()
	return constantTerm(v), nil
}

// exponent tells whether the character belongs to the exponent of a number.
func (p *expressionParser) exponent(at int) bool {
	switch p.text[at] {
	case 'e', 'E':
		return at+1 < len(p.text) && strings.IndexByte("0123456789+-", p.text[at+1]) >= 0
	case '+', '-':
		return at > p.at && (p.text[at-1] == 'e' || p.text[at-1] == 'E')
	}
	return false
}

func (p *expressionParser) quoted() (term, error) {
	length := strings.IndexByte(p.text[p.at+1:], '`')
	if length < 1 {
		return nil, p.fail("a name in back quotes has no end, or is empty")
	}
	name := p.text[p.at+1 : p.at+1+length]
	p.at += length + 2
	p.space()
	return p.variable(name), nil
}

// name reads a name, or the function of that name with its argument.
func (p *expressionParser) name() (term, error) {
	begin := p.at
	rest := strings.TrimLeftFunc(p.text[p.at:], func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r == '.' || r == '_'
	})
	p.at = len(p.text) - len(rest)
	name := p.text[begin:p.at]
	p.space()
	if p.peek() != '(' {
		return p.variable(name), nil
	}
	f, known := expressionFunctions[name]
	if !known {
		p.at = begin
		return nil, p.fail(fmt.Sprintf("no function %s: there are log, exp and sqrt", name))
	}
	x, err := p.parenthesis()
	return callTerm{f, x}, err
}

func (p *expressionParser) variable(name string) term {
	i := slices.Index(p.out.names, name)
	if i < 0 {
		i = len(p.out.names)
		p.out.names = append(p.out.names, name)
	}
	return nameTerm(i)
}
