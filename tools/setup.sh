#!/bin/sh
# Makes this checkout ready to work: Node, Pulumi, npm packages. What is there already is left alone.
# Everything is made in a private folder and renamed into place, so a run that was cut off is simply run again.
set -eu
PULUMI_VERSION=3.200.0
NODE_VERSION=24.21.0
# Without a network npm would try for over a minute before it reports that.
export npm_config_fetch_retry_mintimeout=1000 npm_config_fetch_retry_maxtimeout=8000

gatekey_root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$gatekey_root"
mkdir -p .tools/bin .tools/node/bin .tools/log
tools=$gatekey_root/.tools
work=$tools/work.$$
. tools/env.sh
. tools/setup/common.sh
. tools/setup/lock.sh
. tools/setup/node.sh
. tools/setup/pulumi.sh
. tools/setup/analyzer.sh
. tools/setup/packages.sh

trap tidy EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

take_lock
rm -rf "$tools"/work.* || true
mkdir "$work"
need_node
need_pulumi
need_analyzer
need_packages
say "ready"
