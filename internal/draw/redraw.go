package draw

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/sampling"
)

// A Redrawn is a draw that was carried out again and came out the same, byte for byte.
type Redrawn struct {
	Path      string `json:"path"`
	Seal      string `json:"seal"`
	Algorithm string `json:"algorithm"`
	FrameSum  string `json:"frame_sha256"`
	Drawn     int    `json:"drawn_units"`
}

// evidence is the part of the details of a draw that says what it was drawn from and how.
type evidence struct {
	Algorithm string `json:"algorithm"`
	FrameSum  string `json:"frame_sha256"`
	Drawn     int    `json:"drawn_units"`
}

// Compare holds a draw that was carried out again, into a folder of its own and with details of its own, against the
// artefact. The error says what differs: the frame, the algorithm or the sample.
func Compare(path string, m artefact.Manifest, again string, details any) (Redrawn, error) {
	text, err := json.Marshal(details)
	if err != nil {
		return Redrawn{}, err
	}
	var was, is evidence
	if err := json.Unmarshal(m.Details, &was); err != nil {
		return Redrawn{}, fmt.Errorf("%s: the manifest does not say how it was drawn: %w", path, err)
	}
	if err := json.Unmarshal(text, &is); err != nil {
		return Redrawn{}, err
	}
	switch {
	case was.Algorithm != is.Algorithm:
		return Redrawn{}, fmt.Errorf("%w: %s was drawn by %s, this program draws by %s", artefact.ErrOtherInput, path, was.Algorithm, sampling.Algorithm)
	case was.FrameSum != is.FrameSum:
		return Redrawn{}, fmt.Errorf("%w: the frame is not the one %s was drawn from: its digest was %s, is %s", artefact.ErrOtherInput, path, was.FrameSum, is.FrameSum)
	}
	for _, f := range m.Files {
		sum, _, err := artefact.Digest(filepath.Join(again, filepath.FromSlash(f.Name)))
		if err != nil {
			return Redrawn{}, err
		}
		if sum != f.SHA256 {
			return Redrawn{}, fmt.Errorf("%w: %s: redrawn from the same frame, %s is another: %s", artefact.ErrNotVerified, path, f.Name,
				firstLine(filepath.Join(path, f.Name), filepath.Join(again, f.Name)))
		}
	}
	_, seal, err := artefact.Open(path)
	return Redrawn{Path: path, Seal: seal, Algorithm: is.Algorithm, FrameSum: is.FrameSum, Drawn: is.Drawn}, err
}

// firstLine names the first line in which two texts differ.
func firstLine(was, is string) string {
	a, errA := os.ReadFile(was)
	b, errB := os.ReadFile(is)
	if errA != nil || errB != nil {
		return "it cannot be read"
	}
	linesA, linesB := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range min(len(linesA), len(linesB)) {
		if !bytes.Equal(linesA[i], linesB[i]) {
			return fmt.Sprintf("they part at line %d", i+1)
		}
	}
	return fmt.Sprintf("%d lines were %d", len(linesB), len(linesA))
}

// ReadDesign reads the design of a draw from a file.
func ReadDesign(dir string) (*Design, artefact.Manifest, error) {
	m, _, err := artefact.Verify(dir)
	if err != nil {
		return nil, m, err
	}
	d := new(Design)
	if err := json.NewDecoder(strings.NewReader(m.Text)).Decode(d); err != nil || d.Frame == "" {
		return nil, m, fmt.Errorf("%s is not a draw from a file: check the draw of a study with its --study", dir)
	}
	d.SetDefaults()
	return d, m, nil
}

// Redraw carries out the draw of an artefact again and compares.
func Redraw(ctx context.Context, dir string, seen Progress) (Redrawn, error) {
	d, m, err := ReadDesign(dir)
	if err != nil {
		return Redrawn{}, err
	}
	d.Seen = seen
	if err := d.sameBefore(m); err != nil {
		return Redrawn{}, err
	}
	again, err := os.MkdirTemp("", "concord-redraw-")
	if err != nil {
		return Redrawn{}, err
	}
	defer os.RemoveAll(again)
	drawing, err := d.Run(ctx)
	if err != nil {
		return Redrawn{}, err
	}
	if err := SaveSample(drawing.Table(d), again); err != nil {
		return Redrawn{}, err
	}
	return Compare(dir, m, again, drawing.details(d))
}

// sameBefore tells whether the draw that was gone on from is still the one in its folder.
func (d *Design) sameBefore(m artefact.Manifest) error {
	if d.Within == "" {
		return nil
	}
	_, seal, err := artefact.Verify(d.Within)
	if err == nil && !slices.Contains(m.Inputs, artefact.Input{Name: "draw", SHA256: seal}) {
		err = fmt.Errorf("%w: %s holds another draw than the one that was gone on from", artefact.ErrOtherInput, d.Within)
	}
	return err
}

// ExplainDesign accounts for a unit of a draw from a file, named by its code, within units drawn before by their codes too,
// parted by "/". The frame must be the one that was drawn from.
func ExplainDesign(ctx context.Context, dir, unit string) (Account, error) {
	d, m, err := ReadDesign(dir)
	if err != nil {
		return Account{}, err
	}
	codes := []string{unit}
	if len(d.Above) > 0 {
		codes = strings.Split(unit, "/")
	}
	if len(codes) != len(d.Above)+1 {
		return Account{}, problems.Input(fmt.Errorf("name the unit with those above it, parted by /: %s", strings.Join(append(slices.Clone(d.Above), d.Code), "/")))
	}
	var was evidence
	if err := json.Unmarshal(m.Details, &was); err != nil {
		return Account{}, err
	}
	a, err := d.explain(ctx, codes[:len(codes)-1], codes[len(codes)-1])
	if err != nil {
		return a, err
	}
	return a, a.Same(was.FrameSum)
}

// explain accounts for a unit of the frame: of a draw within units drawn before, named by their codes too.
func (d *Design) explain(ctx context.Context, above []string, code string) (Account, error) {
	f, p, before, err := d.prepare()
	if err != nil {
		return Account{}, err
	}
	if before == nil {
		return Explain(ctx, f, p, above, code)
	}
	up := strings.Join(above, "/")
	if len(d.Above) == 0 {
		up = code
	}
	weight, drawn := before.chain.weight(up)
	if !drawn {
		return Account{}, problems.Input(fmt.Errorf("unit %s was not drawn in %s, which this draw goes on from", up, d.Within))
	}
	a, err := Explain(ctx, f, p, above, code)
	if a.Drawn {
		a.Overall = weight * a.Weight
	}
	return a, err
}
