package chart

import "github.com/concord-stat/concord/compare/explain"

// A causeName is what a part of a difference is called, and what it says where it is the cause: of a register with more
// persons than the census, with fewer, or of persons moved between ages.
type causeName struct{ name, more, fewer, moved string }

// PartName is the name of a part of a difference in the language; the identifier itself where a study gave it.
func PartName(language, part string) string {
	if c, ok := causesIn(language)[part]; ok {
		return c.name
	}
	return part
}

// CauseText says in the language what the cause of a difference is. The direction is that of explain.Cause. A cause that is
// not one of the usual ones is told by its identifier.
func CauseText(language, cause, direction string) string {
	c, ok := causesIn(language)[cause]
	if !ok {
		c = causesIn(language)[otherCause]
		c = causeName{name: cause, more: c.more + cause, fewer: c.fewer + cause}
	}
	text := map[string]string{"more": c.more, "fewer": c.fewer, "moved": c.moved}[direction]
	if text == "" {
		return c.name
	}
	return text
}

func causesIn(language string) map[string]causeName {
	if language == "vi" {
		return vietnameseCauses
	}
	return englishCauses
}

// otherCause holds the beginnings of what is said of a cause that a study named itself.
const otherCause = "other"

var englishCauses = map[string]causeName{
	explain.DefinitionPart: {
		name: "population definition",
		more: "the definition counts persons whom the one that fits the census leaves out", fewer: "the definition leaves out persons whom the one that fits the census counts",
	},
	explain.TimePart: {
		name: "reference time",
		more: "births, deaths and moves between the two reference times: more in the register", fewer: "births, deaths and moves between the two reference times: fewer in the register",
	},
	explain.AreasPart: {
		name: "boundaries of areas",
		more: "units merged or split: more persons are placed here in the register", fewer: "units merged or split: fewer persons are placed here in the register",
	},
	explain.AgePart: {name: "age misstatement", moved: "ages are reported wrongly: persons move to ages that end in 0 or 5"},
	explain.CoveragePart: {
		name: "coverage, by linked records",
		more: "linked records: persons registered who do not live here", fewer: "linked records: persons who live here and are not registered",
	},
	explain.Level: {
		name: "all ages alike",
		more: "all ages alike: registered twice or gone, or missed by the census", fewer: "all ages alike: not registered, or counted twice by the census",
	},
	"newborns": {
		name: "young children",
		more: "young children: missed by the census", fewer: "young children: births registered late",
	},
	"young_adults": {
		name: "young adults",
		more: "young adults: registered here and gone", fewer: "young adults: present and not registered here",
	},
	"oldest": {
		name: "the oldest",
		more: "the oldest: deaths registered late", fewer: "the oldest: missing from the register, or ages overstated in the census",
	},
	explain.Unexplained: {name: "unexplained rest"},
	explain.NoneFound:   {name: "none found"},
	"not tested":        {name: "not tested"},
	otherCause:          {more: "more in the register: ", fewer: "fewer in the register: "},
}

var vietnameseCauses = map[string]causeName{
	explain.DefinitionPart: {
		name: "định nghĩa dân số",
		more: "định nghĩa tính cả những người mà định nghĩa khớp nhất với điều tra không tính", fewer: "định nghĩa bỏ ra những người mà định nghĩa khớp nhất với điều tra có tính",
	},
	explain.TimePart: {
		name: "thời điểm",
		more: "sinh, chết, di chuyển giữa hai thời điểm: cơ sở dữ liệu nhiều người hơn", fewer: "sinh, chết, di chuyển giữa hai thời điểm: cơ sở dữ liệu ít người hơn",
	},
	explain.AreasPart: {
		name: "địa giới",
		more: "sáp nhập, chia tách đơn vị: cơ sở dữ liệu xếp nhiều người hơn vào đây", fewer: "sáp nhập, chia tách đơn vị: cơ sở dữ liệu xếp ít người hơn vào đây",
	},
	explain.AgePart: {name: "khai sai tuổi", moved: "khai sai tuổi: dồn vào các tuổi tận cùng 0 hoặc 5"},
	explain.CoveragePart: {
		name: "độ bao phủ, theo bản ghi được ghép nối",
		more: "bản ghi ghép nối: có đăng ký nhưng không ở đây", fewer: "bản ghi ghép nối: ở đây nhưng chưa đăng ký",
	},
	explain.Level: {
		name: "mọi độ tuổi như nhau",
		more: "mọi độ tuổi như nhau: đăng ký trùng, đã đi nơi khác, hoặc điều tra bỏ sót", fewer: "mọi độ tuổi như nhau: chưa đăng ký, hoặc điều tra tính trùng",
	},
	"newborns": {
		name: "trẻ nhỏ",
		more: "trẻ nhỏ: điều tra bỏ sót", fewer: "trẻ nhỏ: đăng ký khai sinh muộn",
	},
	"young_adults": {
		name: "thanh niên",
		more: "thanh niên: đăng ký ở đây nhưng đã đi nơi khác", fewer: "thanh niên: đang ở đây nhưng chưa đăng ký",
	},
	"oldest": {
		name: "người cao tuổi nhất",
		more: "người cao tuổi nhất: khai tử muộn", fewer: "người cao tuổi nhất: thiếu trong cơ sở dữ liệu, hoặc điều tra ghi tuổi quá cao",
	},
	explain.Unexplained: {name: "chưa giải thích được"},
	explain.NoneFound:   {name: "không tìm thấy nguyên nhân"},
	"not tested":        {name: "không kiểm định được"},
	otherCause:          {more: "nhiều hơn trong cơ sở dữ liệu: ", fewer: "ít hơn trong cơ sở dữ liệu: "},
}
