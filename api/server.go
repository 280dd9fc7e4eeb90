package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
)

type server struct {
	Options
	engine  *gin.Engine
	huma    huma.API
	indexes indexCache
}

func newServer(o Options) (http.Handler, error) {
	s := &server{Options: o, engine: newEngine()}
	s.engine.Use(s.recover, secure)
	s.engine.NoRoute(s.noRoute)
	s.engine.NoMethod(s.noMethod)
	s.huma = humagin.New(s.engine, description(o.Version))
	s.routes()
	if err := s.serveDescription(); err != nil {
		return nil, err
	}
	if err := s.servePage(); err != nil {
		return nil, err
	}
	return allowHead(s.engine), nil
}

func newEngine() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false // a wrong address is a 404, not a detour
	e.UseRawPath = true             // so that %2F may stand in an area code
	return e
}

func (s *server) routes() {
	get(s, "/healthz", "health", "Tell whether the server answers", s.health)
	get(s, "/api/v1/studies", "list-studies", "List the studies", s.listStudies)
	get(s, "/api/v1/studies/{id}", "get-study", "Describe a study", s.getStudy)
	get(s, "/api/v1/studies/{id}/areas", "list-areas", "List areas with their totals", s.listAreas)
	get(s, "/api/v1/studies/{id}/areas/{code}", "get-area", "Show an area with all its rows", s.getArea)
	getAs(s, "/api/v1/studies/{id}/discrepancies", "list-discrepancies",
		"List discrepancies: a page as JSON, or all of them as CSV", s.discrepancyContent(), s.listDiscrepancies)
	get(s, "/api/v1/studies/{id}/tables", "list-tables", "List the tables beside the discrepancies", s.listTables)
	getAs(s, "/api/v1/studies/{id}/tables/{name}", "get-table",
		"Show a table (screening, causes, …): a page as JSON, or all of it as CSV", s.tableContent(), s.getTable)
	for _, f := range figureFormats {
		getAs(s, "/api/v1/studies/{id}/areas/{code}/pyramid."+f.name, "get-pyramid-"+f.name,
			"Draw the population pyramid of an area as "+f.name, media(f.mediaType), s.getPyramid(f))
	}
	s.findingRoutes()
	getAs(s, "/studies/{id}/report", "get-report", "Show the report of a study", media("text/html"), s.getReport)
}

// description is the head of the OpenAPI document. It leaves out huma's own documentation page, which loads scripts
// from elsewhere, and its schema links, which nobody here follows.
func description(version string) huma.Config {
	c := huma.DefaultConfig("Concord", version)
	c.Info.Description = "Population register against census: discrepancies, intervals and verdicts. " +
		"Differences are register minus census; a figure that does not exist is null."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.RejectUnknownQueryParameters = true // a misspelt filter must not pass for no filter
	return c
}

// serveDescription renders the OpenAPI document once, after every route is known.
func (s *server) serveDescription() error {
	document, err := json.MarshalIndent(s.huma.OpenAPI(), "", " ")
	if err != nil {
		return fmt.Errorf("api: OpenAPI document: %w", err)
	}
	s.engine.GET("/openapi.json", func(c *gin.Context) { c.Data(http.StatusOK, "application/json", document) })
	return nil
}

func get[I, O any](s *server, path, id, summary string, handle func(context.Context, *I) (*O, error)) {
	getAs(s, path, id, summary, nil, handle)
}

// getAs registers a route that answers with other media types than JSON.
func getAs[I, O any](s *server, path, id, summary string, content map[string]*huma.MediaType,
	handle func(context.Context, *I) (*O, error)) {
	op := huma.Operation{Method: http.MethodGet, Path: path, OperationID: id, Summary: summary}
	if path != "/healthz" {
		op.Errors = []int{http.StatusNotFound}
	}
	if content != nil {
		op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: content}}
	}
	huma.Register(s.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, s.problem(path, err)
		}
		return out, nil
	})
}

// media describes a body that is not made of JSON values.
func media(mediaType string) map[string]*huma.MediaType {
	return map[string]*huma.MediaType{mediaType: {Schema: &huma.Schema{Type: huma.TypeString}}}
}

type healthOutput struct {
	Body struct {
		Status  string `json:"status" enum:"ok"`
		Version string `json:"version" doc:"version of the program"`
	}
}

func (s *server) health(context.Context, *struct{}) (*healthOutput, error) {
	var out healthOutput
	out.Body.Status, out.Body.Version = "ok", s.Version
	return &out, nil
}
