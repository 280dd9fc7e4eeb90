package compare

import (
	"fmt"
	"strings"
)

// An Adjustment is a way to adjust the p-values of a family for being many.
type Adjustment uint8

// Adjustments. BH is the default.
const (
	BH Adjustment = iota
	BY
	HolmSteps
	HochbergSteps
	HommelClosed
	BonferroniBound
	// Hierarchical goes down a tree of areas, by Tree.TreeBH. It needs more than the p-values of a family.
	Hierarchical
	// HierarchicalBonferroni goes down a tree of areas, by Tree.Meinshausen.
	HierarchicalBonferroni
)

var adjustmentNames = []string{
	"bh", "by", "holm", "hochberg", "hommel", "bonferroni", "hierarchical", "hierarchical_bonferroni",
}

// String is the name that ParseAdjustment knows.
func (a Adjustment) String() string {
	if int(a) >= len(adjustmentNames) {
		return fmt.Sprintf("Adjustment(%d)", a)
	}
	return adjustmentNames[a]
}

// ParseAdjustment reads bh, by, holm, hochberg, hommel, bonferroni, hierarchical or hierarchical_bonferroni.
func ParseAdjustment(name string) (Adjustment, error) {
	for i, n := range adjustmentNames {
		if n == name {
			return Adjustment(i), nil
		}
	}
	return 0, fmt.Errorf("compare: adjustment %q is not one of %s", name, strings.Join(adjustmentNames, ", "))
}

// FamilyWise tells whether the adjustment keeps the chance of any false discovery, rather than their expected share.
func (a Adjustment) FamilyWise() bool {
	switch a {
	case HolmSteps, HochbergSteps, HommelClosed, BonferroniBound, HierarchicalBonferroni:
		return true
	}
	return false
}

// OnTree tells whether the adjustment needs the tree of areas that the tests belong to.
func (a Adjustment) OnTree() bool { return a == Hierarchical || a == HierarchicalBonferroni }

// Adjust adjusts the p-values of one family. It panics for an adjustment that needs a tree.
func (a Adjustment) Adjust(p []float64) []float64 {
	switch a {
	case BH:
		return BenjaminiHochberg(p)
	case BY:
		return BenjaminiYekutieli(p)
	case HolmSteps:
		return Holm(p)
	case HochbergSteps:
		return Hochberg(p)
	case HommelClosed:
		return Hommel(p)
	case BonferroniBound:
		return Bonferroni(p)
	}
	panic("compare: " + a.String() + " does not adjust a family of p-values alone")
}
