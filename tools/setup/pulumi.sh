# Pulumi >= 3.200 with its Node language host: on PATH, else the vendor's installer, else built by Go from pinned modules.
need_pulumi() {
  if pulumi_there; then
    say "pulumi $(pulumi_version) is there"
    return
  fi
  pulumi_from_vendor || pulumi_from_source
}

pulumi_version() { PULUMI_SKIP_UPDATE_CHECK=1 pulumi version 2>/dev/null || true; }

pulumi_there() {
  hash -r
  at_least "$(pulumi_version)" 3 200 && command -v pulumi-language-nodejs >/dev/null 2>&1
}

# HOME is a private folder meanwhile: the installer must leave the user's own alone.
pulumi_from_vendor() {
  installer=$work/installer
  run vendor curl -fsSL --connect-timeout 5 --max-time 20 -o "$installer" https://get.pulumi.com || return 1
  head -n 1 "$installer" | grep -q '^#!.*sh' || return 1
  say "pulumi: installing $PULUMI_VERSION under .tools/ (the vendor's installer)"
  run vendor env HOME="$work" sh "$installer" \
    --version "$PULUMI_VERSION" --install-root "$work/vendor" --no-edit-path || return 1
  for program in pulumi-analyzer-policy pulumi-resource-pulumi-nodejs pulumi-language-nodejs pulumi; do
    if [ -f "$work/vendor/bin/$program" ]; then mv -f "$work/vendor/bin/$program" .tools/bin/; fi
  done
  pulumi_there
}

pulumi_from_source() {
  need_go
  say "pulumi: building $PULUMI_VERSION from tools/pulumi and tools/language-nodejs (some minutes)"
  go_build pulumi github.com/pulumi/pulumi/pkg/v3/cmd/pulumi
  engine=$!
  go_build language-nodejs github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs
  host=$!
  wait "$host" || build_failed language-nodejs
  mv -f "$work/language-nodejs" .tools/bin/pulumi-language-nodejs
  wait "$engine" || build_failed pulumi
  mv -f "$work/pulumi" .tools/bin/pulumi
  pulumi_there || fail "pulumi was built but does not run: see \`.tools/bin/pulumi version\`."
}

need_go() {
  have=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null || true)
  if at_least "$have" 1 24; then return; fi
  fail "pulumi >= 3.200 is missing, https://get.pulumi.com does not answer, and ${have:-no Go} is here to build it with." \
    "Install Pulumi (https://www.pulumi.com/docs/install/) or Go >= 1.24 (https://go.dev/dl/), then run \`make setup\` again."
}

# go_build FOLDER PACKAGE: starts it; both run side by side, which hides the downloads and the single-threaded linking.
go_build() {
  start "$1" env CGO_ENABLED=0 GOWORK=off GOTOOLCHAIN=local \
    go -C "tools/$1" build -mod=readonly -trimpath -buildvcs=false \
    -ldflags "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v$PULUMI_VERSION" \
    -o "$work/$1" "$2"
}

build_failed() {
  if offline "$1"; then
    fail "pulumi >= 3.200 is missing, and neither https://get.pulumi.com nor Go's modules can be reached." \
      "Install Pulumi (https://www.pulumi.com/docs/install/) or get on the network, then run \`make setup\` again."
  fi
  fail "pulumi could not be built from tools/$1: see .tools/log/$1.log."
}
