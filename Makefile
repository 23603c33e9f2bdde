SHELL = /bin/sh
.DEFAULT_GOAL = help
.PHONY: help setup quick test test-newest docs-test lint demo demo-stop clean distclean

help: ## this table
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

setup: ## Node, Pulumi and npm packages, as far as they are missing
	@tools/setup.sh

quick: setup ## within a minute: the tests that start no product, no engine and no daemon
	@. tools/env.sh && npm run --silent quick -- $(VITEST_ARGS)

test: setup ## all tests (VITEST_ARGS="test/places" for some of them)
	@. tools/env.sh && npm test --silent -- $(VITEST_ARGS)

test-newest: setup ## some tests with the newest Pulumi engine and SDK that were tried; builds that engine, once
	@tools/setup-newest.sh
	@. tools/env.sh && E2E_ENGINE=.tools/newest E2E_SDK=3.276.0 npx vitest run --project engine \
	  $(addprefix test/engine/,create.test.ts drift.test.ts adopt.test.ts package.test.ts)

docs-test: setup ## the commands and outputs of README and docs, against a sandbox fleet; says which are not run, and why
	@tools/setup-products.sh openclaw
	@. tools/env.sh && DOCS_WHOLE=yes npm run --silent docs-test

lint: setup ## formatting, types, dead code
	@. tools/env.sh && npm run --silent lint

demo: setup ## the sandbox fleet with a real gateway and node: deploy, spoil, preview, heal, rotate, go back
	@tools/setup-products.sh openclaw
	@tools/demo.sh

demo-stop: ## ends the gateway and the node that `make demo` started
	@tools/demo-stop.sh

clean: demo-stop ## removes the sandbox, dist and coverage
	@rm -rf .sandbox dist coverage

distclean: clean ## removes the installed tools and packages as well
	@rm -rf .tools node_modules
