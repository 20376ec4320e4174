package api

import (
	"bytes"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
)

const baseURLPlaceholder = "%DAYTONA_BASE_API_URL%"

// rewriteDashboard replaces the placeholder in the dashboard's files where they are, which needs
// them to be writable (contract T13).
func rewriteDashboard(directory, baseURL string) error {
	entries, err := os.ReadDir(directory)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		path := filepath.Join(directory, entry.Name())
		if entry.IsDir() {
			if entry.Name() == "assets" {
				if err := rewriteDashboard(path, baseURL); err != nil {
					return err
				}
			}
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		slog.Info("replacing the base URL of the API", "file", path)
		content = bytes.ReplaceAll(content, []byte(baseURLPlaceholder), []byte(baseURL))
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// serveDashboard answers what is no path of the API: the root leads to the dashboard, any other
// path is its index page. Without a dashboard that page does not exist: 500 (contract 11).
func (s *server) serveDashboard(directory string) http.HandlerFunc {
	files := http.StripPrefix("/dashboard", http.FileServer(http.Dir(directory)))
	return func(w http.ResponseWriter, r *http.Request) {
		name := filepath.Clean("/" + r.URL.Path)
		switch {
		case name == "/":
			http.Redirect(w, r, "/dashboard"+r.URL.RequestURI(), http.StatusFound)
		case s.env.True("DONT_SERVE_DASHBOARD"):
			fail(w, r, http.StatusInternalServerError, "An unexpected error occurred.")
		case isFile(filepath.Join(directory, relative(name))):
			files.ServeHTTP(w, r)
		default:
			content, err := os.ReadFile(filepath.Join(directory, "index.html"))
			if err != nil {
				fail(w, r, http.StatusInternalServerError, "An unexpected error occurred.")
				return
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write(content)
		}
	}
}

func relative(name string) string {
	path, err := filepath.Rel("/dashboard", name)
	if err != nil || path == "." || path[0] == '.' {
		return "\x00" // not below the dashboard
	}
	return path
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && filepath.Base(path) != "index.html"
}
