# trawl: `make` or `make help` lists what there is.

GO     ?= go
BIN    := bin/trawl
FUZZ   ?= 60s
PAGES  ?= 10000000

.PHONY: help build demo test race lint cross golden record fuzz real soak ci clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/trawl, one static binary
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o $(BIN) ./cmd/trawl

demo: build ## crawl the bundled site over real sockets, into trawl-demo.jsonl
	./$(BIN) demo

test: ## run the tests
	$(GO) test ./...

race: ## run the tests, in their short form, under the race detector
	$(GO) test -race -short $$($(GO) list ./... | grep -v -e /internal/soak -e /frontier/disk) # soak's binary is built without it,
	$(GO) test -race -short -run 'TestSuite|TestKill' ./crawler/frontier/disk # and the database checks itself under it, for minutes

lint: ## gofmt, go vet, staticcheck
	@test -z "$$(gofmt -l . | tee /dev/stderr)" || { echo 'gofmt -w the files above'; exit 1; }
	$(GO) vet ./... ./testdata/site
	$(GO) tool staticcheck ./...

cross: ## build for Linux, macOS and Windows
	@for target in linux/amd64 linux/arm64 darwin/arm64 windows/amd64; do \
	  echo "build $$target"; \
	  CGO_ENABLED=0 GOOS=$${target%/*} GOARCH=$${target#*/} $(GO) build -o /dev/null ./cmd/trawl || exit 1; \
	done

golden: ## rewrite the golden lines in testdata/recorded from the recordings there; read the diff
	$(GO) test ./crawler -run TestGolden -count 1 -golden

record: ## record the bundled site into testdata/recorded anew, and its golden lines
	$(GO) test ./crawler -run TestGolden -count 1 -record

fuzz: ## run each fuzz target for FUZZ (60s), the reader of archives for ten times that
	@.ci/fuzz $(FUZZ)

real: build ## crawl python3-doc and openjdk-17-doc behind nginx, as .ci/run does
	.ci/real $(BIN)

soak: ## 1,000 kills, full disks, a million URLs (15 minutes); then PAGES (10 million) URLs, into soak.csv (two hours)
	$(GO) test ./internal/soak -soak -timeout 0 -v
	$(GO) test ./internal/soak -run TestScale -soak -pages $(PAGES) -curve $(CURDIR)/soak.csv -timeout 0 -v

ci: ## all that .ci/run does
	.ci/run

clean: ## remove what was built
	rm -rf bin trawl-demo.jsonl soak.csv
