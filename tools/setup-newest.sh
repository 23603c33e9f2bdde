#!/bin/sh
# Builds the newest Pulumi engine that was tried here under .tools/newest, from tools/newest, for `make test-newest`.
# It takes about eight minutes of CPU, once.
set -eu
PULUMI_NEWEST=3.276.0

gatekey_root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$gatekey_root"
. tools/env.sh
if [ "$(PULUMI_SKIP_UPDATE_CHECK=1 .tools/newest/pulumi version 2>/dev/null || true)" = "v$PULUMI_NEWEST" ]; then
  echo "setup-newest: pulumi $PULUMI_NEWEST is there"
  exit 0
fi
echo "setup-newest: building pulumi $PULUMI_NEWEST from tools/newest (about eight minutes of CPU)"
work=$gatekey_root/.tools/newest.$$
trap 'rm -rf "$work"' EXIT
mkdir -p "$work" .tools/newest
CGO_ENABLED=0 GOWORK=off GOTOOLCHAIN=local go -C tools/newest build -mod=readonly -trimpath -buildvcs=false \
  -ldflags "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v$PULUMI_NEWEST" \
  -o "$work/pulumi" github.com/pulumi/pulumi/pkg/v3/cmd/pulumi
mv -f "$work/pulumi" .tools/newest/pulumi
