package main
import ("testing";"context")
func TestRunBench(t *testing.T) { if err := estimationTable(context.Background(), t.TempDir()); err != nil { t.Fatal(err) } }
