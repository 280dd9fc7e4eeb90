# Concord. `make run` and `make test` set up everything they need beside Go, a C compiler and Node.js.

SHELL := /bin/sh
DEMO ?= build/demo
ADDR ?= 127.0.0.1:8080
GO ?= go

.DEFAULT_GOAL := help
.PHONY: help run build test check bench notebooks clean install-build install-test

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## simulate a register and a census, run the study, serve the result
	@./bin/concord simulate --out $(DEMO) --persons 1000000
	@./bin/concord run --study $(DEMO)/study.yaml --serve --addr $(ADDR)

build: install-build ## build bin/concord
	@$(GO) build -o bin/concord ./cmd/concord

test: install-test build ## run every test: Go, browser, notebooks
	$(GO) test ./...
	@$(GO) test -v -run '^TestReference' ./internal/reference | grep '^reference:'
	@$(MAKE) --no-print-directory notebooks

check: install-test ## formatting, vet, staticcheck, then every test
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "gofmt: $$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	@$(MAKE) --no-print-directory test

bench: build ## time us beside R (where Rscript is), then run the benchmarks
	$(GO) run ./internal/bench
	$(GO) test -run '^$$' -bench . -benchtime 3x ./...

notebooks: install-test build ## execute the notebooks into build/notebooks
	@/usr/bin/python3 notebooks/run.py

clean: ## remove what was built; the simulation too
	rm -rf bin build

install-build:
	@.ci/install build

install-test:
	@.ci/install test
