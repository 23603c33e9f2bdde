# Node >= 24 on PATH, else npm's `node` package under .tools/. npm itself must be there in any case.
node_guide="Install Node.js 24 from https://nodejs.org or with your package manager, then run \`make setup\` again."

need_node() {
  command -v npm >/dev/null 2>&1 || fail "npm is missing. $node_guide"
  if at_least "$(node --version 2>/dev/null || true)" 24 0; then
    say "node $(node --version) is there"
    return
  fi
  command -v node >/dev/null 2>&1 || fail "node is missing. $node_guide"
  say "node: installing $NODE_VERSION under .tools/ (npm's package)"
  mkdir "$work/node"
  node_fetch || fail "node >= 24 is missing and npm could not fetch it (.tools/log/node.log). $node_guide"
  mv -f "$work/node/node_modules/node/bin/node" .tools/node/bin/node
  hash -r
}

# Install scripts are off, so the package's own step, which fetches this machine's build, is run by hand.
node_fetch() {
  run node npm install --ignore-scripts --no-audit --no-fund --prefix "$work/node" "node@$NODE_VERSION" &&
    cd "$work/node/node_modules/node" &&
    run node node installArchSpecificPackage &&
    cd "$gatekey_root" &&
    at_least "$("$work/node/node_modules/node/bin/node" --version)" 24 0
}
