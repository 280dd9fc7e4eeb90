package chart

import (
	"regexp"
	"strings"

	"github.com/concord-stat/concord/compare/explain"
)

// NoteText says in the language what a table says in English: a remark, the basis of an interval, or what a definition was
// chosen by. Remarks may be joined by semicolons. What is not known stays as it is.
func NoteText(language, note string) string {
	if language != "vi" || note == "" {
		return note
	}
	all := strings.Split(note, "; ")
	for i, n := range all {
		all[i] = vietnameseNote(n)
	}
	return strings.Join(all, "; ")
}

func vietnameseNote(note string) string {
	if text, ok := vietnameseNotes[note]; ok {
		return text
	}
	for _, p := range vietnamesePatterns {
		if found := p.english.FindStringSubmatch(note); found != nil {
			return p.vietnamese(found)
		}
	}
	return note
}

// vietnamesePatterns are remarks that mention names and figures.
var vietnamesePatterns = []struct {
	english    *regexp.Regexp
	vietnamese func(found []string) string
}{
	{regexp.MustCompile(`^against (.+), chosen by (.+)$`), func(found []string) string {
		return "so với dân số " + vietnamese.definitionName(found[1]) + ", chọn theo " + vietnameseNotes[found[2]]
	}},
	{regexp.MustCompile(`^on (\S+) there were (\d+) persons (more|fewer)$`), func(found []string) string {
		how := map[string]string{"more": "thêm", "fewer": "bớt"}[found[3]]
		return "tính đến " + found[1] + " sẽ " + how + " " + found[2] + " người"
	}},
	{regexp.MustCompile(`^on (\S+) there were as many persons$`), func(found []string) string { return "tính đến " + found[1] + " số người vẫn như vậy" }},
	{regexp.MustCompile(`^register and time are as they would be at (\S+)$`), func(found []string) string {
		return "cơ sở dữ liệu và thời gian là như tại " + found[1]
	}},
}

var vietnameseNotes = map[string]string{
	string(explain.OfChoice): "chọn định nghĩa", string(explain.OfBounds): "cận, không phải khoảng tin cậy",
	string(explain.OfModel): "mô hình độ tuổi", string(explain.DesignBased): "theo thiết kế mẫu",
	string(explain.OfCount): "siêu quần thể", string(explain.AsGiven): "theo số liệu cho trước",

	"all areas": "tất cả các đơn vị", "its region": "vùng của đơn vị", "its own figures": "số liệu của chính đơn vị",

	"no linked records":                              "không có bản ghi ghép nối",
	"not carried to the reference time":              "chưa đưa về thời điểm tham chiếu",
	"no units split in part":                         "không có đơn vị nào bị chia tách một phần",
	"counted at the reference time by its own dates": "tính tại thời điểm tham chiếu theo chính các ngày ghi trong cơ sở dữ liệu",
	"compared as at the reference time":              "so sánh tại thời điểm tham chiếu",
	"no rates for every area here":                   "thiếu tỷ suất của một số đơn vị ở đây", "no events of every area here": "thiếu biến động của một số đơn vị ở đây",
	"carried to the reference time by rates": "đưa về thời điểm tham chiếu bằng các tỷ suất",
	"no single ages of the census":           "điều tra không có số liệu theo từng tuổi",
	"no sample here":                         "không có mẫu ở đây",
	"too few PSUs for an interval":           "quá ít địa bàn mẫu để có khoảng tin cậy",
	"no figure in the register":              "cơ sở dữ liệu không có số liệu",
	"no figure in the field results":         "điều tra không có số liệu",
	"nobody sampled in this cell":            "mẫu không có ai trong ô này",
	"no figure in the census":                "điều tra không có số liệu",
	"no figures by age":                      "không có số liệu theo tuổi",
	"no error of the census to test with":    "không có sai số của điều tra để kiểm định",
	"nobody on one side: no ratio":           "một bên không có ai: không có tỷ số",
	"nobody on either side":                  "cả hai bên không có ai",
	"no standard error":                      "không có sai số chuẩn",

	"few areas: limits of agreement are uncertain":                                                              "ít đơn vị: giới hạn tương đồng không chắc chắn",
	"more than half of the variance between areas is sampling error":                                            "hơn một nửa phương sai giữa các đơn vị là sai số chọn mẫu",
	"design-based, design effect of the level":                                                                  "theo thiết kế mẫu, hiệu ứng thiết kế của cấp",
	"fewer than two categories have anybody":                                                                    "chưa đến hai nhóm có người",
	"categories without a figure count as empty":                                                                "nhóm không có số liệu được coi là không có người",
	"the error of the distribution is not known":                                                                "không biết sai số của phân bố",
	"errors are those of another set of areas":                                                                  "sai số là của một tập hợp đơn vị khác",
	"a sample makes areas look apart: compare the corrected values":                                             "mẫu làm các đơn vị có vẻ khác nhau: hãy so các giá trị đã hiệu chỉnh",
	"the errors of some areas are not known":                                                                    "không biết sai số của một số đơn vị",
	"no figure on a side: taken as nobody":                                                                      "một bên không có số liệu: coi là không có người",
	"the units here do not tell the design effect: it is that of the other areas of the level":                  "đơn vị ở đây không cho biết hiệu ứng thiết kế: lấy của các đơn vị khác cùng cấp",
	"fewer than twenty effective persons a category: 95 % intervals may miss one true distance in ten":          "chưa đến hai mươi người hữu hiệu mỗi nhóm: khoảng 95 % có thể bỏ sót một phần mười khoảng cách thật",
	"fewer than five effective persons a category: kl, psi and their like are unsure":                           "chưa đến năm người hữu hiệu mỗi nhóm: kl, psi và tương tự không chắc chắn",
	"an empty category counts half a person in kl and psi, which then have no interval where it is of a sample": "nhóm trống được tính nửa người trong kl và psi; nếu thuộc mẫu thì không có khoảng tin cậy",
	"one design effect is taken for all parts: where households round ages together the interval is too short":  "dùng một hiệu ứng thiết kế cho mọi phần: nơi các hộ cùng làm tròn tuổi, khoảng tin cậy quá ngắn",
}
