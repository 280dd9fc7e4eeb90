package api

import "strings"

// split makes one list of a parameter that may be repeated, hold commas, or both. It is nil when nothing is asked.
func split(values []string) []string {
	var list []string
	for _, v := range values {
		for item := range strings.SplitSeq(v, ",") {
			if item = strings.TrimSpace(item); item != "" {
				list = append(list, item)
			}
		}
	}
	return list
}

const (
	defaultPerPage = 100
	maxPerPage     = 1000
)

// Paging is which part of a list to return.
type Paging struct {
	Page    int `query:"page" minimum:"1" maximum:"1000000000" doc:"page, from 1 (the default)"`
	PerPage int `query:"per_page" minimum:"1" maximum:"1000" doc:"entries a page, 100 by default"`
}

// asked tells whether the client wants pages at all.
func (p Paging) asked() bool { return p.Page != 0 || p.PerPage != 0 }

func (p Paging) withDefaults() Paging {
	if p.Page == 0 {
		p.Page = 1
	}
	if p.PerPage == 0 {
		p.PerPage = defaultPerPage
	}
	return p
}

// of cuts the page out of a list; past the end it is empty.
func (p Paging) of(ids []int32) []int32 { return cut(p, ids) }

func cut[T any](p Paging, list []T) []T {
	first := min((p.Page-1)*p.PerPage, len(list))
	return list[first:min(first+p.PerPage, len(list))]
}
