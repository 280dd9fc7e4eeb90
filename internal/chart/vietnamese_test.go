package chart_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"github.com/concord-stat/concord/internal/chart"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

// alphabet is every letter of Vietnamese: twelve vowels in six tones, and đ, in both cases.
func alphabet() string {
	var b strings.Builder
	for _, vowel := range "aăâeêioôơuưy" {
		for _, tone := range []string{"", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"} {
			b.WriteString(norm.NFC.String(string(vowel) + tone))
		}
	}
	b.WriteRune('đ')
	return b.String() + strings.ToUpper(b.String())
}

// A letter that the font lacks is drawn as a box.
func TestFontsHaveEveryLetter(t *testing.T) {
	for name, ttf := range map[string][]byte{"regular": liberationsansregular.TTF, "bold": liberationsansbold.TTF} {
		f, err := sfnt.Parse(ttf)
		if err != nil {
			t.Fatal(err)
		}
		for _, letter := range alphabet() + "–−…" {
			if glyph, err := f.GlyphIndex(nil, letter); err != nil || glyph == 0 {
				t.Errorf("%s has no %c (%U): %v", name, letter, letter, err)
			}
		}
	}
}

func TestSVGHoldsText(t *testing.T) {
	file := render(t, pyramid(diacritics, "vi"), chart.SVG)
	if !utf8.Valid(file) {
		t.Fatal("not UTF-8")
	}
	text := svgText(t, file)
	for _, want := range []string{diacritics, "Cơ sở dữ liệu dân cư", "khoảng tin cậy 95% của điều tra", "Nữ", "85+"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in the text of the drawing", want)
		}
	}
	if n := bytes.Count(file, []byte("font-family:")); n != bytes.Count(file, []byte(",Arial,Helvetica,sans-serif")) {
		t.Error("text without alternative fonts")
	}
}

func TestSVGEscapesNames(t *testing.T) {
	name := `</text><script>alert("1")</script>'&`
	file := render(t, pyramid(name, "vi"), chart.SVG)
	if bytes.Contains(file, []byte("<script")) {
		t.Error("a name became an element")
	}
	if !strings.Contains(svgText(t, file), name) {
		t.Error("the name is not as it was given")
	}
}

func svgText(t *testing.T, file []byte) string {
	t.Helper()
	var text strings.Builder
	for d := xml.NewDecoder(bytes.NewReader(file)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return text.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := token.(xml.CharData); ok {
			text.Write(s)
		}
	}
}

// Code lists from some systems hold letters and marks apart; fonts draw them composed.
func TestDecomposedNamesAreComposed(t *testing.T) {
	for _, format := range []chart.Format{chart.SVG, chart.PNG, chart.PDF} {
		composed := render(t, pyramid(norm.NFC.String(diacritics), "vi"), format)
		apart := render(t, pyramid(norm.NFD.String(diacritics), "vi"), format)
		if !bytes.Equal(composed, apart) {
			t.Errorf("%s: a name drawn differs with its encoding", format)
		}
	}
}

// Letters that differ only in their marks are drawn differently, and none as the box of an unknown letter.
func TestPNGDrawsEveryLetter(t *testing.T) {
	const unknown = '\u4E00' // the font has no Chinese
	seen := map[string]rune{string(titlePixels(t, string(unknown))): unknown}
	for _, letter := range alphabet() {
		drawn := string(titlePixels(t, string(letter)))
		if other, ok := seen[drawn]; ok {
			t.Errorf("%c looks like %c", letter, other)
		}
		seen[drawn] = letter
	}
}

func titlePixels(t *testing.T, title string) []byte {
	t.Helper()
	file := render(t, pyramid(title, "vi"), chart.PNG)
	band := pixels(t, file).SubImage(image.Rect(0, 12, 600, 40)).(*image.RGBA)
	var rows []byte
	for y := band.Rect.Min.Y; y < band.Rect.Max.Y; y++ {
		start := band.PixOffset(0, y)
		rows = append(rows, band.Pix[start:start+4*600]...)
	}
	return rows
}

func TestPDFText(t *testing.T) {
	tool := poppler(t, "pdftotext")
	for _, want := range []string{diacritics, alphabet()} {
		text := run(t, tool, render(t, pyramid(want, "vi"), chart.PDF), "-layout", "-", "-")
		if !strings.Contains(norm.NFC.String(text), want) || !strings.Contains(text, "Cơ sở dữ liệu dân cư") {
			t.Errorf("pdftotext reads %q, want %q in it", text, want)
		}
	}
}

// Text that can be copied may still be drawn wrong: pixels must show ink for every letter, and marks above and below.
func TestPDFDrawsMarks(t *testing.T) {
	tool := poppler(t, "pdftoppm")
	seen := make(map[string]rune)
	for _, letter := range "aạảãáàăặâậoơợôộuưữyỵdđ" {
		picture := run(t, tool, render(t, pyramid(string(letter), "vi"), chart.PDF), "-r", "96", "-H", "40", "-x", "0", "-y", "0", "-W", "600")
		if other, ok := seen[picture]; ok {
			t.Errorf("%c looks like %c", letter, other)
		}
		seen[picture] = letter
	}
}

// poppler finds a tool, and skips the test where there is none, except in CI, which has it.
func poppler(t *testing.T, tool string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil && os.Getenv("CI") != "true" {
		t.Skip(tool + " (poppler-utils) is not installed")
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func run(t *testing.T, tool string, file []byte, args ...string) string {
	t.Helper()
	if filepath.Base(tool) == "pdftoppm" {
		args = append(args, "-")
	}
	cmd := exec.Command(tool, args...)
	cmd.Stdin = bytes.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cc, r) && filepath.Base(tool) == "pdftotext" {
			return ' '
		}
		return r
	}, string(out))
}
