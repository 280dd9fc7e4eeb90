package api

import (
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

//go:embed web/index.html web/*.js web/*.css web/*.svg
var web embed.FS

// servePage registers the page and each of its files by name: what is not there is an ordinary 404.
func (s *server) servePage() error {
	files, err := fs.ReadDir(web, "web")
	if err != nil {
		return fmt.Errorf("api: page: %w", err)
	}
	for _, f := range files {
		body, err := web.ReadFile("web/" + f.Name())
		if err != nil {
			return fmt.Errorf("api: page: %w", err)
		}
		s.engine.GET(pagePath(f.Name()), func(c *gin.Context) { c.Data(http.StatusOK, pageType(f.Name()), body) })
	}
	return nil
}

func pagePath(name string) string {
	if name == "index.html" {
		return "/"
	}
	return "/assets/" + name
}

// pageType is written out because the system's table of media types may say otherwise, or nothing, and a script of
// the wrong type is not run.
func pageType(name string) string {
	switch name[strings.LastIndexByte(name, '.'):] {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	}
	return "image/svg+xml"
}
