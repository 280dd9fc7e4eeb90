package stage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/concord-stat/concord/internal/columns"
)

// TestTablesOfAgreement: a comparison by sex comes with the tables of agreement and of structure. Everywhere the
// register has 50 men and 50 women where the census has 30 and 60. Of the 10 persons more, the level gives women
// 10·60/90.
func TestTablesOfAgreement(t *testing.T) {
	register, census := "area,sex,n\n", "area,sex,n\n"
	for _, area := range []string{"A1", "A2", "A3", "B1", "B2"} {
		register += fmt.Sprintf("%s,m,50\n%s,f,50\n", area, area)
		census += fmt.Sprintf("%s,m,30\n%s,f,60\n", area, area)
	}
	const sexes = "sex_codes: {m: male, f: female}"
	c := compared(t, "register: {file: register.csv, columns: {permanent: area, sex: sex, count: n}, "+sexes+"}\n"+
		"field_results: {file: census.csv, kind: counts, whole: true, "+
		"columns: {area: area, sex: sex, count: n}, "+sexes+"}\n"+
		"compare: {dimensions: [total, sex], levels: [commune, province], margin_pct: 20}\n",
		census, map[string]string{"register.csv": register})
	agreement, err := c.Table("agreement")
	if err != nil {
		t.Fatal(err)
	}
	want := `commune all total total 5 0 11.11 1
commune all sex male 5 0 66.67 0
commune all sex female 5 0 -16.67 1
province all total total 2 0 11.11 1
province all sex male 2 0 66.67 0
province all sex female 2 0 -16.67 1
`
	got := lines(agreement, "level", "definition", "dimension", "cell", "areas", "left_out", "bias_pct", "within_margin")
	if got != want {
		t.Errorf("agreement:\n%swant:\n%s", got, want)
	}
	structure, err := c.Table("structure")
	if err != nil {
		t.Fatal(err)
	}
	got = lines(structure, "area", "definition", "dimension", "cell", "difference",
		"level_part", "level_part_se", "structure_part", "structure_part_se")
	for _, row := range []string{
		"A1 all sex male 20 3.333 0 16.67 0\n", "A1 all sex female -10 6.667 0 -16.67 0\n",
		"P1 all sex female -30 20 0 -50 0\n",
	} {
		if !strings.Contains(got, row) {
			t.Errorf("structure has no row %q in\n%s", row, got)
		}
	}
	if n := structure.Rows(); n != 2*(5+2) {
		t.Errorf("structure has %d rows", n)
	}
}

// lines are some columns of a table, numbers to four digits.
func lines(t columns.Table, names ...string) string {
	var out strings.Builder
	for row := range t.Rows() {
		var said []string
		for _, name := range names {
			c, err := t.Column(name)
			switch {
			case err != nil:
				said = append(said, err.Error())
			case c.Float != nil:
				said = append(said, fmt.Sprintf("%.4g", c.Float[row]))
			default:
				said = append(said, c.Value(row))
			}
		}
		out.WriteString(strings.Join(said, " ") + "\n")
	}
	return out.String()
}
