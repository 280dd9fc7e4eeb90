package api

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
)

// A notFound names what is missing and what to do about it.
type notFound struct{ what, hint string }

func (e notFound) Error() string { return e.what + ": " + e.hint }

// A badValue is a parameter whose value is none of those that exist.
type badValue struct {
	parameter, value string
	known            []string
}

func (e badValue) Error() string {
	return fmt.Sprintf("%s %q is unknown: use one of %q", e.parameter, e.value, e.known)
}

// problem is the one place where errors become statuses. What a client can mend is told; the rest is logged with the
// route's pattern, never with the address or its values, and told as "internal error".
func (s *server) problem(route string, err error) huma.StatusError {
	var missing notFound
	var bad badValue
	switch {
	case errors.As(err, &missing):
		return huma.Error404NotFound(missing.Error())
	case errors.As(err, &bad):
		return huma.Error422UnprocessableEntity(bad.Error())
	case errors.Is(err, ErrNoStudy):
		return huma.Error404NotFound(ErrNoStudy.Error() + ": see /api/v1/studies for those there are")
	case errors.Is(err, ErrNoComparison):
		return huma.Error404NotFound(ErrNoComparison.Error() + ": run it once collection has ended")
	case errors.Is(err, ErrNoReport):
		return huma.Error404NotFound(ErrNoReport.Error() + ": write one, then ask again")
	case errors.Is(err, ErrNoFigure):
		return huma.Error404NotFound(ErrNoFigure.Error() + ": the area has no rows by sex and age group in this definition")
	}
	s.Logger.Error("api: request failed", "route", route, "error", err)
	return huma.Error500InternalServerError("internal error")
}

func (s *server) noRoute(c *gin.Context) {
	writeProblem(c, huma.Error404NotFound("no such address: /openapi.json lists those there are"))
}

func (s *server) noMethod(c *gin.Context) {
	c.Header("Allow", "GET, HEAD")
	writeProblem(c, huma.Error405MethodNotAllowed("the server only reads: use GET or HEAD"))
}

// recover answers a panic like any unknown error. Once the answer has begun it cuts the connection, so that half a
// table is not taken for a whole one.
func (s *server) recover(c *gin.Context) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if cause == http.ErrAbortHandler {
			panic(cause)
		}
		err := s.problem(c.FullPath(), fmt.Errorf("panic: %s\n%s", harmless(cause), debug.Stack()))
		if c.Writer.Written() {
			panic(http.ErrAbortHandler)
		}
		writeProblem(c, err)
	}()
	c.Next()
}

// harmless says what a panic was about without the value it carried, which may hold data.
func harmless(cause any) string {
	if err, ok := cause.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("a value of type %T", cause)
}

func writeProblem(c *gin.Context, err huma.StatusError) {
	c.Header("Content-Type", "application/problem+json")
	c.AbortWithStatusJSON(err.GetStatus(), err)
}
