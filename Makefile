# The two that matter: `make run` starts the monitor with a simulated nursery
# and prints the address to open; `make test` passes the tests. Both install
# what they need. `make help` lists the rest.

export PATH := $(CURDIR)/.cache/go/bin:$(PATH)
export CGO_ENABLED := 1
# Large C files in the codec bindings; warnings in them are not ours to mend.
export CGO_CXXFLAGS := -O2 -w
export CGO_CFLAGS := -O2 -w

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
# The day until which a release gets updates, as 2028-12-31; unknown in what is built by hand.
SUPPORT_END ?=
LDFLAGS := -s -w $(BUILDID) -X main.version=$(VERSION) -X main.supportEnd=$(SUPPORT_END)
UI := $(shell find web/ui -path web/ui/node_modules -prune -o -path web/ui/dist -prune -o -type f -print)
NPM := npm --prefix web/ui --no-fund --no-audit --loglevel=error
FUZZTIME ?= 5s

# For another processor: make build ARCH=arm64
BINARY := bin/$(if $(ARCH),$(ARCH)/)babymonitor
CROSS := scripts/cross $(or $(ARCH),$(shell dpkg --print-architecture))

.NOTPARALLEL:
.PHONY: lab-wifi deb image image-repro image-test lab run test test-arm build bench help setup setup-test lint unit ui-test e2e fuzz screenshot clean

run: build ## start the monitor with a simulated nursery
	bin/babymonitor --sim

test: setup-test lint unit ui-test fuzz test-arm lab deb-test e2e ## all tests: lint, race detector, fuzzing, the page in a browser
	@echo "all tests passed"

build: setup web/ui/dist/index.html ## bin/babymonitor; with ARCH=arm64, armhf or amd64 bin/ARCH/babymonitor
	$(CROSS) go build -trimpath -ldflags '$(LDFLAGS)' -o $(BINARY) ./cmd/babymonitor

deb: ## dist/babymonitor_VERSION_ARCH.deb for ARCH=arm64, armhf or amd64 (all three without)
ifdef ARCH
	@$(MAKE) --no-print-directory build BUILDID=-buildid= # it would tell in which folder it was built
	scripts/deb $(ARCH) $(BINARY) $(VERSION)
else
	@for arch in arm64 armhf amd64; do $(MAKE) --no-print-directory deb ARCH=$$arch || exit; done
endif

deb-test: ## the package of this machine's processor, in a fresh Debian and under a running systemd
	@$(MAKE) --no-print-directory build ARCH=$(shell dpkg --print-architecture)
	@scripts/deb-test bin/$(shell dpkg --print-architecture)/babymonitor

image: ## the SD image with checksum, Imager manifest, parts list and signed update in dist/ (deploy/image/README.md)
	@scripts/image

image-repro: ## two images from this commit, which must be the same bytes
	@scripts/image-repro

image-test: ## boots the SD image in an emulator: first evening, updates, 50 power cuts, a Pi 3, a Pi 4
	@scripts/image-test

setup: ; @$(if $(ARCH),scripts/cross-setup $(ARCH),scripts/setup)
setup-test: ; @scripts/setup test

web/ui/node_modules/.package-lock.json: web/ui/package-lock.json
	$(NPM) ci
	@touch $@

web/ui/dist/index.html: web/ui/node_modules/.package-lock.json $(UI)
	$(NPM) run build

lint: web/ui/dist/index.html
	@test -z "$$(gofmt -l cmd camera servo sensors audio web internal deploy)" || { gofmt -l cmd camera servo sensors audio web internal deploy; echo "gofmt these files"; exit 1; }
	go vet ./...
	go tool staticcheck ./...

unit: web/ui/dist/index.html ## Go tests under the race detector
	go test -race ./...

test-arm: web/ui/dist/index.html ## the Go tests on a Pi's processors, emulated: 64-bit and 32-bit ARM
	@scripts/test-arm

ui-test: web/ui/dist/index.html ## the page's own tests, its types and its weight
	$(NPM) run size
	$(NPM) run check
	$(NPM) test

fuzz: web/ui/dist/index.html ## every fuzz target for FUZZTIME (5s)
	scripts/fuzz $(FUZZTIME)

lab: web/ui/dist/index.html ## the drivers against kernel interfaces, in a virtual machine
	@scripts/lab

lab-wifi: build ## the first evening with a real NetworkManager and a simulated radio (some minutes)
	scripts/lab-wifi

e2e: build ## the real binary in a real browser
	$(NPM) run e2e

bench: build ## speed, latency and memory, as ratios where it makes sense
	scripts/bench

screenshot: build ## the README's pictures in web/ui/screenshots, from the running program
	$(NPM) run screenshot

clean: ## remove what was built
	rm -rf bin web/ui/dist/assets web/ui/dist/index.html web/ui/node_modules .cache

help:
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' Makefile | expand -t 14
