# node_modules as package-lock.json lists them, made aside and swapped in whole.
need_packages() {
  if node tools/setup/installed.ts; then
    say "npm packages are there"
    return
  fi
  say "npm packages: npm ci"
  mkdir "$work/packages"
  for file in package.json package-lock.json .npmrc; do
    if [ -f "$file" ]; then cp "$file" "$work/packages/"; fi
  done
  run packages npm ci --ignore-scripts --no-audit --no-fund --prefix "$work/packages" || packages_failed
  if [ -e node_modules ]; then mv node_modules "$work/old"; fi
  mv "$work/packages/node_modules" node_modules
}

packages_failed() {
  if offline packages; then
    fail "npm packages: the package registry cannot be reached. Get on the network, then run \`make setup\` again."
  fi
  fail "npm packages: npm ci failed: see .tools/log/packages.log."
}
