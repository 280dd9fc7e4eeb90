package chart_test

import (
	"strings"
	"testing"

	"github.com/concord-stat/concord/internal/chart"
)

var reasonCodes = []string{
	chart.NoRegisterFigure, chart.NobodyOnOneSide, chart.NoFigureOfItsOwn, chart.CompleteCounts, chart.Measured, chart.UnlikeAllOthers,
	chart.Outside95, chart.Outside998, chart.NeighboursMore, chart.NeighboursFewer, chart.AmongNeighboursLow, chart.AmongNeighboursHigh,
	chart.ErrorExpected,
}

// TestReasonsHaveWords: every code has words of its own in both languages, with every figure they mention.
func TestReasonsHaveWords(t *testing.T) {
	english := map[string]string{}
	for _, language := range []string{"en", "vi"} {
		said := map[string]bool{}
		for _, code := range reasonCodes {
			text := chart.Reason{Codes: []string{code}, Percent: -5.25, Lower: -9, Upper: 1, Measured: 12, Persons: 12345, Probability: 0.5}.Text(language)
			if text == code || said[text] || strings.Contains(text, "%!") || text == english[code] {
				t.Errorf("%s, %s: %q", language, code, text)
			}
			said[text] = true
			if language == "en" {
				english[code] = text
			}
		}
	}
}

func TestReasonInFull(t *testing.T) {
	r := chart.Reason{Codes: []string{chart.Measured, chart.Outside998, chart.ErrorExpected, "of_another_program"},
		Percent: 20.04, Lower: -1.26, Upper: 30, Measured: -3, Persons: 1234.4, Probability: 0.987}
	for language, want := range map[string]string{
		"en": "register 20.0 % above the census, between −1.3 % and +30.0 % the others considered (3.0 % below the census as measured); " +
			"outside the 99.8 % limits of the funnel; 1,234 persons in error expected, beyond the margin with probability 0.99; of_another_program",
		"vi": "cơ sở dữ liệu cao hơn điều tra 20,0 %, trong khoảng từ −1,3 % đến +30,0 % khi xét cùng các đơn vị khác (theo số đo: thấp hơn điều tra 3,0 %); " +
			"ngoài giới hạn 99,8 % của biểu đồ phễu; dự kiến sai 1.234 người, xác suất vượt biên 0,99; of_another_program",
	} {
		if got := r.Text(language); got != want {
			t.Errorf("%s:\n got %s\nwant %s", language, got, want)
		}
	}
}

func TestLevelsAndNotesInBothLanguages(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{chart.LevelName("vi", "commune"), "xã, phường, thị trấn"}, {chart.LevelName("en", "commune"), "communes"},
		{chart.LevelName("vi", "hamlet"), "hamlet"},
		{chart.NoteText("en", "no sample here; something else"), "no sample here; something else"},
		{chart.NoteText("vi", "no sample here; something else"), "không có mẫu ở đây; something else"},
		{chart.NoteText("vi", "against permanent, chosen by its region"), "so với dân số thường trú, chọn theo vùng của đơn vị"},
		{chart.NoteText("vi", "counted at the reference time by its own dates; on 2024-06-15 there were 6 persons more"),
			"tính tại thời điểm tham chiếu theo chính các ngày ghi trong cơ sở dữ liệu; tính đến 2024-06-15 sẽ thêm 6 người"},
		{chart.NoteText("vi", ""), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}
