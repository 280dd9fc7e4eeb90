package study

import (
	"strconv"

	"github.com/goccy/go-yaml/ast"
)

// position is the line and column of the value at a path, or of the deepest part of the path that is there. For the
// last step of a path into a mapping it is the key's, which is where an eye looks for it.
func (d *document) position(path []string) (line, column int) {
	node := d.root
	at := node.GetToken().Position
	for _, step := range path {
		key, value := child(node, step)
		if value == nil {
			break
		}
		at = value.GetToken().Position
		if key != nil {
			at = key.GetToken().Position
		}
		node = value
	}
	return at.Line, at.Column
}

// child is the key (nil in a sequence) and value one step below a node, nil where there is none.
func child(node ast.Node, step string) (key, value ast.Node) {
	switch n := node.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			if keyText(v) == step {
				return v.Key, v.Value
			}
		}
	case *ast.MappingValueNode:
		if keyText(n) == step {
			return n.Key, n.Value
		}
	case *ast.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && i < len(n.Values) {
			return nil, n.Values[i]
		}
	}
	return nil, nil
}

func keyText(n *ast.MappingValueNode) string { return n.Key.GetToken().Value }
