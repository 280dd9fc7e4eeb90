package study

import (
	"fmt"
	"strconv"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// position is the line and column of the value at a path, or of the deepest part of the path that is there. For the
// last step of a path into a mapping it is the key's, which is where an eye looks for it.
func (d *document) position(path []string) (line, column int) {
	node := d.root
	at := start(node)
	for _, step := range path {
		key, value := child(node, step)
		if value == nil {
			break
		}
		at = start(value)
		if key != nil {
			at = key.GetToken().Position
		}
		node = value
	}
	return at.Line, at.Column
}

// start is where a node begins. A mapping in lines has no token of its own and begins with its first key.
func start(node ast.Node) *token.Position {
	if m, ok := node.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return m.Values[0].Key.GetToken().Position
	}
	return node.GetToken().Position
}

// looseKeys finds codes that are not quoted and that YAML reads as something else: 01 as 1.
func (d *document) looseKeys() { ast.Walk(keyVisitor{d}, d.root) }

type keyVisitor struct{ *document }

// Visit is called for every node.
func (v keyVisitor) Visit(node ast.Node) ast.Visitor {
	m, ok := node.(*ast.MappingValueNode)
	if !ok {
		return v
	}
	switch key := m.Key.(type) {
	case *ast.IntegerNode:
		if at := key.GetToken(); fmt.Sprint(key.Value) != at.Value {
			v.found.Add(v.file, at.Position.Line, fmt.Sprint(at.Position.Column), "the key %s is read as %v: codes are text, so quote it (%q)", at.Value, key.Value, at.Value)
		}
	case *ast.FloatNode, *ast.BoolNode, *ast.NullNode, *ast.InfinityNode, *ast.NanNode:
		at := m.Key.GetToken()
		v.found.Add(v.file, at.Position.Line, fmt.Sprint(at.Position.Column), "the key %s is not text: quote it (%q)", at.Value, at.Value)
	}
	return v
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
