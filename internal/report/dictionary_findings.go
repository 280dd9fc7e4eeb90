package report

import "maps"

// Words of what a comparison says beside its verdicts.
func init() {
	maps.Copy(vietnamese, vietnameseFindings)
	maps.Copy(english, englishFindings)
}

var vietnameseFindings = map[string]string{
	"where": "Nên đến đâu trước", "whereWhy": "Xếp để mỗi lần đến tìm được nhiều sai sót nhất.",
	"halfBy": "Số đơn vị đầu tìm được một nửa sai sót:", "mostBy": "Bốn phần năm:", "errors": "Sai sót dự kiến, người", "foundSoFar": "Tìm được, cộng dồn",
	"why": "Lý do", "noScreening": "Nghiên cứu không lập danh sách ưu tiên, hoặc cấp nào cũng có chưa đến mười đơn vị so được. Mục cần có trong study.yaml:",
	"shown":  "Hiển thị %s trên %s dòng của bảng; toàn bộ ở tệp %[3]s.csv cạnh kết quả đối soát, và tại tables/%[3]s của API.",
	"beside": "Vì sao khác biệt, và chất lượng số liệu", "causesTitle": "Nguyên nhân có khả năng nhất", "cause": "Nguyên nhân",
	"noCauses": "Chưa tách chênh lệch: compare.dimensions phải có total và age5.", "whyTitle": "Vì sao khác biệt",
	"parts": "Các phần của chênh lệch", "partName": "Phần", "personsHead": "Số người", "gross": "Số người liên quan", "shareOf": "Tỷ lệ chênh lệch",
	"rests": "Dựa trên", "notKnown": "Chưa biết", "best": "khớp nhất", "distance": "Khoảng cách", "weight": "Trọng số", "explained": "Giải thích được (%)",
	"fits": "Định nghĩa khớp nhất với điều tra", "fitsNote": "Khoảng cách nhỏ hơn là khớp hơn; trọng số từ 0 đến 1, của tất cả các đơn vị của cấp.",
	"ageQuality": "Chất lượng số liệu tuổi, cả nước", "ageQualityAreas": "Chỉ số Whipple của các đơn vị",
	"ageQualityNote": "Giá trị xa mức lý tưởng là tuổi bị khai dồn hoặc khai sai. Chênh lệch không kể phần hai bên có chung và phần do ngẫu nhiên.",
	"index":          "Chỉ số", "tolerable": "Chấp nhận được đến",
	"agreement": "Độ tương đồng giữa hai bên", "agreementNote": "Lệch tính theo phần trăm của điều tra; 95 % các đơn vị nằm trong giới hạn; hệ số Lin bằng 1 là trùng khớp.",
	"bias": "Lệch (%)", "limits": "Giới hạn 95 % (%)", "concordance": "Hệ số Lin", "mape": "Sai lệch tuyệt đối trung bình (%)", "withinMargin": "Trong ngưỡng",
	"displacement": "Số người đăng ký ở nơi khác với điều tra", "displacementNote": "Tỷ lệ người phải chuyển sang đơn vị khác để khớp với điều tra; đã hiệu chỉnh: trừ phần do chọn mẫu.",
	"measured": "Đo được", "corrected": "Đã hiệu chỉnh", "distances": "Cơ cấu tuổi khác nhau nhất",
	"distancesNote": "Tỷ lệ người phải đổi nhóm tuổi để hai cơ cấu trùng nhau; đã hiệu chỉnh: trừ phần do chọn mẫu.", "hellinger": "Hellinger", "p": "Giá trị p",
	"structure": "Mức và cơ cấu tuổi", "structureNote": "Chênh lệch của một nhóm tuổi: phần do tổng số của đơn vị, và phần do cơ cấu tuổi.",
	"levelPart": "Do mức", "structurePart": "Do cơ cấu", "hierarchy": "Kiểm định theo cấp", "hierarchyNote": "Các đơn vị được kiểm định từ trên xuống.",
	"time": "Cân đối theo thời gian", "timeNote": "Cơ sở dữ liệu được đưa về thời điểm tham chiếu bằng sinh, chết và di chuyển; sai số khép kín = điều tra trừ số dự kiến.",
	"births": "Sinh", "deaths": "Chết", "arrivals": "Đến", "departures": "Đi", "expected": "Dự kiến", "closure": "Sai số khép kín",
	"survival": "Sống sót giữa hai cuộc điều tra", "survivalNote": "Chỉ các nhóm có tỷ số ngoài mức có thể.",
	"cohort": "Nhóm ở cuộc trước", "cohortNow": "Nay", "before": "Trước", "after": "Nay, số người", "ratio": "Tỷ số", "flag": "Nhận xét",
	"flagAbove": "trên 1: người đến, hoặc cuộc trước bỏ sót hay ghi sai tuổi", "flagBelow": "quá thấp: người đi, hoặc cuộc này bỏ sót hay ghi sai tuổi",

	"index.whipple": "Whipple (lý tưởng 100)", "index.myers": "Myers (lý tưởng 0)", "index.bachi": "Bachi (lý tưởng 0)",
	"index.spoorenberg": "Spoorenberg (lý tưởng 0)", "index.age_sex_accuracy": "độ chính xác tuổi–giới tính, LHQ",
	"index.sex_ratio_score": "điểm tỷ số giới tính", "index.jdanov": "Jdanov, tuổi cao (lý tưởng 100)", "index.kannisto_90": "Kannisto, tuổi 90 (lý tưởng 1)",
	"heaping.census_heaps": "sai tuổi ở điều tra", "heaping.register_heaps": "sai tuổi ở cơ sở dữ liệu", "heaping.both_heap": "sai tuổi ở cả hai bên",
	"heaping.neither_shown": "không thấy ở bên nào", "heaping.cannot_tell_which": "có ở một bên, chưa rõ bên nào", "heaping.cannot_tell": "chưa kết luận được",
}

var englishFindings = map[string]string{
	"where": "Where to look first", "whereWhy": "In the order in which each visit can be expected to find most errors.",
	"halfBy": "First visits that find half of the errors:", "mostBy": "Four fifths:", "errors": "Errors expected, persons", "foundSoFar": "Found so far",
	"why": "Why", "noScreening": "The study asks for no worklist, or no level has ten areas that can be compared. The section in study.yaml:",
	"shown":  "%s of the %s rows of the table are shown; all are in the file %[3]s.csv beside the comparison, and at tables/%[3]s of the API.",
	"beside": "Why they differ, and how good the figures are", "causesTitle": "Likely causes", "cause": "Cause",
	"noCauses": "Differences were not split: compare.dimensions must have total and age5.", "whyTitle": "Why they differ",
	"parts": "Parts of the difference", "partName": "Part", "personsHead": "Persons", "gross": "Persons concerned", "shareOf": "Share",
	"rests": "Rests on", "notKnown": "Not known", "best": "fits best", "distance": "Distance", "weight": "Weight", "explained": "Explained (%)",
	"fits": "Which definition fits the census", "fitsNote": "A smaller distance fits better; weights go from 0 to 1, over all areas of the level.",
	"ageQuality": "Quality of stated ages, whole country", "ageQualityAreas": "Whipple's index by area",
	"ageQualityNote": "Values far from the ideal mean ages that heap or are misstated. Differences are without what both sides share and what chance adds.",
	"index":          "Index", "tolerable": "Tolerable up to",
	"agreement": "Agreement of the two sides", "agreementNote": "Bias is in percent of the census; 95 % of areas lie within the limits; Lin's coefficient is 1 where both agree.",
	"bias": "Bias (%)", "limits": "95 % limits (%)", "concordance": "Lin's coefficient", "mape": "Mean absolute error (%)", "withinMargin": "Within margin",
	"displacement": "Registered elsewhere than the census has them", "displacementNote": "Share of persons who would have to move to another area to match the census; corrected: without what sampling adds.",
	"measured": "Measured", "corrected": "Corrected", "distances": "Age structures farthest apart",
	"distancesNote": "Share of persons who would have to change age group for both to be alike; corrected: without what sampling adds.", "hellinger": "Hellinger", "p": "p-value",
	"structure": "Level and age structure", "structureNote": "The difference of an age group: what the area's total makes of it, and what its age structure makes of it.",
	"levelPart": "By level", "structurePart": "By structure", "hierarchy": "Tests down the hierarchy", "hierarchyNote": "Units are tested from the top down.",
	"time": "Balance over time", "timeNote": "The register carried to the reference time by births, deaths and moves; error of closure = census less what is expected.",
	"births": "Births", "deaths": "Deaths", "arrivals": "Arrivals", "departures": "Departures", "expected": "Expected", "closure": "Error of closure",
	"survival": "Survival between censuses", "survivalNote": "Only cohorts whose ratio is outside what survival can be.",
	"cohort": "Cohort then", "cohortNow": "Now", "before": "Before", "after": "Now, persons", "ratio": "Ratio", "flag": "Remark",
	"flagAbove": "above 1: arrivals, or the earlier census missed them or their ages", "flagBelow": "too low: departures, or this census missed them or their ages",

	"index.whipple": "Whipple (ideal 100)", "index.myers": "Myers (ideal 0)", "index.bachi": "Bachi (ideal 0)",
	"index.spoorenberg": "Spoorenberg (ideal 0)", "index.age_sex_accuracy": "UN age–sex accuracy",
	"index.sex_ratio_score": "sex-ratio score", "index.jdanov": "Jdanov, old ages (ideal 100)", "index.kannisto_90": "Kannisto, age 90 (ideal 1)",
	"heaping.census_heaps": "errors in the census", "heaping.register_heaps": "errors in the register", "heaping.both_heap": "errors on both sides",
	"heaping.neither_shown": "shown on neither side", "heaping.cannot_tell_which": "on one side, cannot tell which", "heaping.cannot_tell": "cannot tell",
}
