package draw

import (
	"context"
	"fmt"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/problems"
)

// A Reason is what decided over a unit.
type Reason struct {
	Probability float64
	Rule        string
}

// An Account says why a unit was drawn or was not.
type Account struct {
	Unit        string  `json:"unit"`
	Name        string  `json:"name,omitempty"`
	Asked       string  `json:"asked,omitempty"` // the area that was asked for, where it lies in the unit
	Drawn       bool    `json:"drawn"`
	Hits        int     `json:"hits"`
	Stratum     string  `json:"stratum,omitempty"`
	Units       int     `json:"stratum_units"` // of its stratum, or of the unit above, in the frame
	Taken       int     `json:"stratum_drawn"`
	Size        float64 `json:"size"`
	Sized       bool    `json:"sized"` // the method goes by sizes
	Probability float64 `json:"probability"`
	Weight      float64 `json:"weight,omitempty"`         // at this stage or phase
	Overall     float64 `json:"overall_weight,omitempty"` // over those before, too
	Rule        string  `json:"rule"`
	Frame       string  `json:"frame_sha256"` // of the frame it was explained on
}

// Same refuses an account of another frame than the one that was drawn from, whose digest is given.
func (a Account) Same(frame string) error {
	if a.Frame == frame {
		return nil
	}
	return fmt.Errorf("%w: the frame is not the one that was drawn from: its digest was %s, is %s", artefact.ErrOtherInput, frame, a.Frame)
}

// Explain carries out a plan and accounts for one unit, named by its code and the codes of those above it. An error says
// that the frame has no such unit.
func Explain(ctx context.Context, f Frame, p Plan, above []string, code string) (Account, error) {
	var a Account
	var reason func() Reason
	wanted := name(Unit{Above: above, Code: code})
	sample, err := p.run(ctx, f, func(u Unit, by selector) {
		if name(u) == wanted {
			a = Account{Unit: wanted, Name: u.Name, Stratum: shown(groupOf(u)), Size: u.Size, Sized: p.Sized()}
			reason = by.account(u)
		}
	})
	if err != nil {
		return a, err
	}
	if reason == nil {
		return a, problems.Input(fmt.Errorf("%s: the frame has no unit %s", f.Name(), wanted))
	}
	why := reason()
	a.Frame = sample.Frame
	a.Probability, a.Rule = why.Probability, why.Rule
	for _, h := range sample.Strata {
		if h.Code == a.Stratum {
			a.Units, a.Taken = h.Units, h.Drawn
		}
	}
	for _, d := range sample.Drawn {
		if name(d.Unit) == wanted {
			a.Drawn, a.Hits, a.Weight = true, d.Hits, d.Weight
		}
	}
	a.certain(p.Repeats() || p.Method == "rao_hartley_cochran")
	return a, nil
}

// certain says in the place of the rule what leaves nothing to chance. byChance is for the methods without certain units:
// with replacement, and of random groups.
func (a *Account) certain(byChance bool) {
	switch {
	case a.Sized && a.Size == 0:
		a.Rule = "its size is 0, so that it is never drawn"
	case a.Sized && a.Probability == 1 && !byChance:
		a.Rule = "its size is so large that its probability reaches 1: it is drawn with certainty"
	}
}

// After is the account of a unit that was drawn from, or within, a unit drawn before: its weight is that of both.
func (a Account) After(before Account) Account {
	if a.Drawn {
		a.Overall = a.Weight * max(before.Weight, before.Overall)
	}
	return a
}
