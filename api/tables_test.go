package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const tablesPath = "/api/v1/studies/" + study + "/tables"

func TestTables(t *testing.T) {
	h := newHandler(t)
	var list struct {
		Tables []struct {
			Name, Link string
			Rows       int
			Columns    []string
		}
	}
	w := request(h, "GET", tablesPath)
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || len(list.Tables) != 6 {
		t.Fatalf("%v: %s", err, w.Body)
	}
	got := list.Tables[0]
	if got.Name != "ranks" || got.Rows != 3 || !cmp.Equal(got.Columns, []string{"level", "area", "rank", "shrunken"}) {
		t.Errorf("%+v", got)
	}
	for query, want := range map[string]string{
		"":                                   `[{"area":"00001","level":"commune","rank":2,"shrunken":0.25},{"area":"00002","level":"commune","rank":1,"shrunken":null},{"area":"001","level":"district","rank":1,"shrunken":-1.5}]`,
		"?where=level:commune&sort=rank":     `[{"area":"00002","level":"commune","rank":1,"shrunken":null},{"area":"00001","level":"commune","rank":2,"shrunken":0.25}]`,
		"?where=area:001&where=area:00002":   `[{"area":"00002","level":"commune","rank":1,"shrunken":null},{"area":"001","level":"district","rank":1,"shrunken":-1.5}]`,
		"?sort=-shrunken&per_page=2":         `[{"area":"00001","level":"commune","rank":2,"shrunken":0.25},{"area":"001","level":"district","rank":1,"shrunken":-1.5}]`,
		"?where=rank:1&where=level:district": `[{"area":"001","level":"district","rank":1,"shrunken":-1.5}]`,
		"?where=level:province":              `[]`,
		"?sort=-area&per_page=1&page=2":      `[{"area":"00002","level":"commune","rank":1,"shrunken":null}]`,
	} {
		w := request(h, "GET", got.Link+query)
		var page struct{ Rows json.RawMessage }
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || string(page.Rows) != want {
			t.Errorf("%s: %v %s, want %s", query, err, page.Rows, want)
		}
	}
}

func TestTableAsCSV(t *testing.T) {
	w := request(newHandler(t), "GET", tablesPath+"/ranks?format=csv&where=level:commune")
	const want = "level,area,rank,shrunken\ncommune,00001,2,0.25\ncommune,00002,1,\n"
	if w.Body.String() != want || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") {
		t.Errorf("%v: %q", w.Header(), w.Body)
	}
}

func TestTableMistakes(t *testing.T) {
	h := newHandler(t)
	for path, want := range map[string]int{
		tablesPath + "/none":             http.StatusNotFound,
		tablesPath + "/..%2Fscreening":   http.StatusNotFound,
		tablesPath + "/ranks?where=no:x": http.StatusUnprocessableEntity,
		tablesPath + "/ranks?sort=no":    http.StatusUnprocessableEntity,
		"/api/v1/studies/none/tables":    http.StatusNotFound,
	} {
		if w := request(h, "GET", path); w.Code != want {
			t.Errorf("%s: %d, want %d: %s", path, w.Code, want, w.Body)
		}
	}
}

// TestTablesSpeakTheLanguage: remarks are in the language asked for, and areas have their names.
func TestTablesSpeakTheLanguage(t *testing.T) {
	h := newHandler(t)
	type page struct {
		Rows  []map[string]any
		Names map[string]string
	}
	for lang, want := range map[string]string{"": "no sample here", "&lang=en": "no sample here", "&lang=vi": "không có mẫu ở đây"} {
		got := getJSON[page](t, h, "/tables/causes?where=area:00001"+lang)
		if len(got.Rows) != 1 || got.Rows[0]["notes"] != want || got.Names["00001"] != "Phường Phúc Xá" {
			t.Errorf("%q: %+v", lang, got)
		}
	}
}
