# What starts a policy pack: a script that the vendor's CLI brings along, and that is in the sources of the Node SDK.
# Where it cannot be had, everything but policy packs works.
need_analyzer() {
  hash -r
  if command -v pulumi-analyzer-policy >/dev/null 2>&1; then return; fi
  if run analyzer env GOWORK=off GOTOOLCHAIN=local go -C tools/language-nodejs list -mod=readonly -f '{{.Module.Dir}}' \
    github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs &&
    cp "$(sed -n '$p' "$tools/log/analyzer.log")/nodejs/dist/pulumi-analyzer-policy" "$work/analyzer" &&
    chmod 755 "$work/analyzer"; then
    mv -f "$work/analyzer" .tools/bin/pulumi-analyzer-policy
    return
  fi
  say "pulumi-analyzer-policy is missing, and cannot be installed here: policy packs will not run"
}
