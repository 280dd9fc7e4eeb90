package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/stage"
	"github.com/concord-stat/concord/internal/study"
)

// Exit codes.
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitBadInput = 3
	exitRefused  = 4
)

// environ is what every command shares.
type environ struct {
	studyFile string
	json      bool
	stderr    io.Writer
}

// usageError marks a wrong command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// run runs the command line and gives the exit code.
func run(args []string, in io.Reader, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	env := &environ{stderr: errOut}
	root := newRoot(env)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if err != nil && ctx.Err() != nil {
		fmt.Fprintln(errOut, "stopped")
		return exitFailed
	}
	if err != nil {
		env.printError(err)
	}
	return exitCode(err)
}

func newRoot(env *environ) *cobra.Command {
	root := &cobra.Command{
		Use:   "concord",
		Short: "Hold a population register against a census",
		Long: "Concord draws extracts from a population register, estimates what a census found, compares the two and serves\n" +
			"the result. A study, study.yaml, names everything once; every stage takes it.",
		Example:       "  concord study init\n  concord run\n  concord serve",
		SilenceErrors: true,
		SilenceUsage:  true,
		// A word that is no command is a mistake of usage, not a request for help.
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	flags := root.PersistentFlags()
	flags.StringVarP(&env.studyFile, "study", "s", "study.yaml", "the study")
	flags.BoolVar(&env.json, "json", false, "print results as JSON")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(newStudyCmd(env), newSimulateCmd(env), newRegisterCmd(env), newFieldCmd(env), newPlanCmd(env), newVerifyCmd(env),
		newTrendsCmd(env), newRunCmd(env), newExportCmd(env), newServeCmd(env), newVersionCmd(env))
	root.AddCommand(newStageCmds(env)...)
	usageOfArgs(root)
	return root
}

// usageOfArgs makes wrong arguments of every command usage errors.
func usageOfArgs(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usageError{fmt.Errorf("%w; see %s --help", err, c.CommandPath())}
			}
			return nil
		}
	}
	for _, c := range cmd.Commands() {
		usageOfArgs(c)
	}
}

func exitCode(err error) int {
	var usage usageError
	var list *problems.List
	var input problems.InputError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &list), errors.As(err, &input), errors.Is(err, fs.ErrNotExist):
		return exitBadInput
	case errors.Is(err, stage.ErrRefused), errors.Is(err, artefact.ErrNotVerified), errors.Is(err, artefact.ErrOtherInput):
		return exitRefused
	}
	return exitFailed
}

// printError prints an error for people, or as JSON for machines; the problems of an input one a line.
func (env *environ) printError(err error) {
	if !env.json {
		fmt.Fprintln(env.stderr, "concord: "+err.Error())
		return
	}
	out := struct {
		Error    string             `json:"error"`
		Exit     int                `json:"exit"`
		Problems []problems.Problem `json:"problems,omitempty"`
	}{Error: err.Error(), Exit: exitCode(err)}
	var list *problems.List
	if errors.As(err, &list) {
		out.Problems = list.Problems
	}
	json.NewEncoder(env.stderr).Encode(out)
}

// study loads the study.
func (env *environ) study() (*study.Study, error) {
	s, err := study.Load(env.studyFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no study: %w; name one with --study or write one with: concord study init", err)
	}
	return s, err
}

// print prints a result: as JSON when asked to, else by text.
func (env *environ) print(w io.Writer, result any, text func(w io.Writer)) error {
	if !env.json {
		text(w)
		return nil
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(result)
}
