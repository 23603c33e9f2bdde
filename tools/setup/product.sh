# .tools/products/NAME as the lock file in tools/products/NAME lists it.
need_product() {
  wanted=tools/products/$1
  there=.tools/products/$1
  at_least "$(node --version 2>/dev/null || true)" 24 0 && command -v npm >/dev/null 2>&1 ||
    fail "Node.js >= 24 and npm are needed first: run \`make setup\`."
  if node tools/setup/installed.ts "$wanted" "$there"; then
    say "$1 is there"
    return
  fi
  say "$1: npm ci (a minute or more, some hundred MB under .tools/products/)"
  cp -R "$wanted" "$work/$1"
  run "$1" npm ci --ignore-scripts --no-audit --no-fund --prefix "$work/$1" || product_failed "$1"
  mkdir -p .tools/products
  if [ -e "$there" ]; then mv "$there" "$work/old-$1"; fi
  mv "$work/$1" "$there"
}

product_failed() {
  if offline "$1"; then
    fail "$1: the package registry cannot be reached. Get on the network, then run \`tools/setup-products.sh $1\` again."
  fi
  fail "$1: npm ci failed: see .tools/log/$1.log."
}
