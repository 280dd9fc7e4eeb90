package api

import "context"

// InArea is a request about an area of a study.
type InArea struct {
	InStudy
	Code string `path:"code" doc:"code of the area"`
}

type areaOutput struct {
	Body struct {
		Area
		ParentName string `json:"parent_name,omitempty"`
		Rows       []Row  `json:"rows" nullable:"false" doc:"every row of the area, in the order of the table"`
	}
}

func (s *server) getArea(_ context.Context, in *InArea) (*areaOutput, error) {
	x, err := s.open(in.ID)
	if err != nil {
		return nil, err
	}
	a, err := x.area(in.Code)
	if err != nil {
		return nil, err
	}
	var out areaOutput
	out.Body.Area = s.newArea(x, a)
	if parent, err := x.area(a.Parent); err == nil {
		out.Body.ParentName = parent.Name
	}
	out.Body.Rows = []Row{}
	for i := a.first; i < a.end; i++ {
		out.Body.Rows = append(out.Body.Rows, newRow(&x.Rows[i]))
	}
	return &out, nil
}
