#!/bin/sh
# Installs the real products that `make demo`, tests and benches start: `tools/setup-products.sh openclaw clawdbot`, or
# all of them. What is there already is left alone; made aside and swapped in whole, like everything of `make setup`.
set -eu
export npm_config_fetch_retry_mintimeout=1000 npm_config_fetch_retry_maxtimeout=8000

gatekey_root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$gatekey_root"
mkdir -p .tools/log
tools=$gatekey_root/.tools
work=$tools/work.$$
. tools/env.sh
. tools/setup/common.sh
. tools/setup/lock.sh
. tools/setup/product.sh

trap tidy EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

[ $# -gt 0 ] || set -- openclaw clawdbot
for product; do
  [ -f "tools/products/$product/package-lock.json" ] || fail "\"$product\" is not a product; expected openclaw or clawdbot."
done
take_lock
rm -rf "$tools"/work.* || true
mkdir "$work"
for product; do need_product "$product"; done
