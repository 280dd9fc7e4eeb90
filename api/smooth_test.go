package api_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/concord-stat/concord/analysis/demography"
	"github.com/concord-stat/concord/api"
	"github.com/concord-stat/concord/internal/results"
)

// Every method of smoothing reaches whoever draws; another one is a mistake of the request, and none is none.
func TestPyramidsAreSmoothedOnRequest(t *testing.T) {
	asked := "nothing"
	h := newHandler(t, func(o *api.Options) {
		o.Pyramid = func(w io.Writer, _ *results.Comparison, p api.PyramidRequest) error {
			asked = p.Smooth
			_, err := io.WriteString(w, "drawn")
			return err
		}
	})
	path := "/api/v1/studies/" + study + "/areas/00001/pyramid.svg"
	if request(h, "GET", path); asked != "" {
		t.Errorf("without a method %q was asked for", asked)
	}
	for _, method := range demography.Smoothers() {
		if w := request(h, "GET", path+"?smooth="+string(method)); w.Code != http.StatusOK || asked != string(method) {
			t.Errorf("%s: status %d, asked for %q", method, w.Code, asked)
		}
	}
	if w := request(h, "GET", path+"?smooth=magic"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("another method: status %d", w.Code)
	}
}
