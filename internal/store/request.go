package store

import "time"

// A Coded column is an expression with the codes it uses: Codes maps a code, as text, to the level it means. Without
// codes the text itself is the level. A code that is not listed, an empty text and a null are Missing.
type Coded struct {
	Name  string
	Expr  Expression
	Codes map[string]string
}

// A Definition says in which areas a person counts: in every distinct one the expressions give, in none where Optional
// ones give null. Only where all give null is the person counted under Missing.
type Definition struct {
	Name  string
	Areas []Expression
}

// Persons maps the columns of a register to what a tally needs. Expressions may be empty where a register does not hold
// the thing, except that one of the definitions' must be there.
type Persons struct {
	Where          Expression // rows that count; empty for all
	Count          Expression // persons a row stands for; empty for one
	NoiseSD        Expression // standard deviation of the disclosure noise in Count; empty for none
	Sex            Coded
	BirthDate      Expression // date, or text YYYY-MM-DD
	BirthYearMonth Expression // text YYYY-MM: the 15th stands for the day
	Age            Expression // completed years at the reference time
	DeathDate      Expression
	RegisteredFrom Expression // first day of registration
	RegisteredTo   Expression // first day no longer registered
	Dimensions     []Coded
}

// A Request asks for the tally of a register at a moment.
type Request struct {
	Persons     Persons
	Definitions []Definition
	Reference   time.Time
	// Listed are the codes that exist; empty when there is no list, and every code found is one. Wanted are those of
	// Listed to tally, empty for all. Persons whose area is missing or not listed are always tallied, under Missing.
	Listed, Wanted []string
	// Progress, if not nil, is told how far a store has come that reads piece by piece; one call at a time.
	Progress func(done, total int64)
}
