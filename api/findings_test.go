package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/concord-stat/concord/api"
)

func TestWhyAnAreaDiffers(t *testing.T) {
	h := newHandler(t)
	w := getJSON[api.Why](t, h, "/areas/490/why?lang=en")
	if w.Definition != "permanent" || len(w.Parts) != 3 || w.Parts[0].Title != "young adults" || w.Parts[0].Persons != 1200 {
		t.Errorf("%+v", w)
	}
	if w.Cause.Text != "none found" || w.Cause.Direction != "" || w.Links.SVG == "" {
		t.Errorf("%+v, %+v", w.Cause, w.Links)
	}
	if len(w.Fits) != 2 || !w.Fits[0].Best || w.Fits[0].Definition != "current" {
		t.Errorf("%+v", w.Fits)
	}
	if v := getJSON[api.Why](t, h, "/areas/01/why?lang=vi"); v.Cause.Text != "thanh niên: đăng ký ở đây nhưng đã đi nơi khác" ||
		v.Parts[1].Notes != "chưa đưa về thời điểm tham chiếu" {
		t.Errorf("%+v", v)
	}
}

// TestWhyOfTheSilent: where nothing can be said, the answer says so and is no error.
func TestWhyOfTheSilent(t *testing.T) {
	h := newHandler(t)
	for path, notes := range map[string]string{"/areas/00001/why?lang=en": "no sample here", "/areas/00002/why": "", "/areas/490/why?definition=current": ""} {
		w := getJSON[api.Why](t, h, path)
		if len(w.Parts) != 0 || w.Cause.Notes != notes || w.Links.SVG != "" {
			t.Errorf("%s: %+v", path, w)
		}
	}
}

func TestWorklist(t *testing.T) {
	h := newHandler(t)
	w := getJSON[api.Worklist](t, h, "/worklist?lang=vi&per_page=10&page=2")
	if w.Level != "commune" || w.Total != 60 || len(w.Visits) != 10 || w.Visits[0].Place != 11 || w.HalfBy != 30 || w.MostBy != 48 {
		t.Fatalf("%+v", w)
	}
	if v := w.Visits[0]; !strings.HasPrefix(v.Reason, "cơ sở dữ liệu cao hơn điều tra") || len(v.Codes) != 3 {
		t.Errorf("%+v", v)
	}
	if w := getJSON[api.Worklist](t, h, "/worklist?level=district"); w.Total != 0 || len(w.Levels) != 1 || w.Funnel.SVG != "" {
		t.Errorf("%+v", w)
	}
}

func TestFiguresOfFindings(t *testing.T) {
	h := newHandler(t)
	for path, mediaType := range map[string]string{
		"/areas/490/waterfall.svg": "image/svg+xml", "/areas/490/waterfall.png": "image/png", "/levels/commune/funnel.pdf": "application/pdf",
		"/levels/commune/gain.svg?lang=en": "image/svg+xml",
	} {
		if w := request(h, "GET", "/api/v1/studies/"+study+path); w.Code != http.StatusOK || w.Header().Get("Content-Type") != mediaType {
			t.Errorf("%s: %d, %v", path, w.Code, w.Header())
		}
	}
	if w := request(h, "GET", "/api/v1/studies/"+study+"/levels/commune/funnel.svg?lang=vi"); !strings.Contains(w.Body.String(), "xã, phường, thị trấn") {
		t.Error("the level is not named in the language")
	}
}

func TestMistakesAboutFindings(t *testing.T) {
	h := newHandler(t)
	for path, want := range map[string]int{
		"/areas/none/why": http.StatusNotFound, "/areas/490/why?definition=none": http.StatusUnprocessableEntity,
		"/areas/490/why?lang=fr": http.StatusUnprocessableEntity, "/areas/00001/waterfall.svg": http.StatusNotFound,
		"/areas/none/waterfall.svg": http.StatusNotFound, "/levels/district/funnel.svg": http.StatusNotFound, "/levels/none/gain.svg": http.StatusNotFound,
		"/worklist?level=none": http.StatusUnprocessableEntity,
	} {
		if w := request(h, "GET", "/api/v1/studies/"+study+path); w.Code != want {
			t.Errorf("%s: %d, want %d: %s", path, w.Code, want, w.Body)
		}
	}
}
