# shellcheck shell=sh
# Files of the home that people write, and which name a product or where a token is. Through "/." a link is followed, too.
# busybox runs an -exec with + at the outermost level only, and none behind one that fails.
# Left out are folders that hold much and no scripts of the user's own. A program of the user's own may be named without an
# end. What is too large is named if its name says that it is a script or a Compose file.
written() {
  naming='grep -lE -e "$0" "$@" || :'
  oversized='grep -lE -e "$0" "$@" | sed "s|/\./|/|; s|^|gk:partial |; s|$|, of more than 255 KB: not looked at by name|" >&3'
  most 12 "the folders of the home, for scripts and Compose projects" find "$home/." -maxdepth 4 \
    \( -path '*/node_modules' -o -path '*/.git' -o -path '*/.cache' -o -path '*/.npm' -o -path '*/Library' -o -path '*/.Trash' \
      -o -path '*/.local/share' -o -path '*/.venv' -o -path '*/go' -o -path '*/.cargo' -o -path '*/.rustup' -o -path '*/.nvm' \
      -o -path "*$newline*" \) -prune \
    -o -type f -size -256k \( -name '*compose*.yml' -o -name '*compose*.yaml' \) -exec sh -c "$naming" "$composed|$utf16" {} + \
    -o -type f -size -256k -name .env -exec sh -c "$naming" '^[[:blank:]]*(export[[:blank:]]+)?COMPOSE_FILE[[:blank:]]*=' {} + \
    -o -type f -size -256k \( -path '*/bin/*' -o -name '*.sh' -o -name '*.bash' -o -name '*.zsh' -o -name '*.fish' \
      -o -name '*.command' -o -name '*.py' -o -name '*.js' -o -name '*.mjs' -o -name '*.cjs' -o -name '*.ts' \
      -o -name '*.applescript' -o -name '*.container' -o -name '*.pod' -o -name '*.kube' -o -name .envrc \
      -o -name supervisord.conf -o -name 'ecosystem*.json' -o -name 'pm2*.json' -o -perm -100 ! -name '*.*' \) \
      -exec sh -c "$naming" "$named" {} + \
    -o -type f -size +255k -size -65536k \( -name '*compose*.yml' -o -name '*compose*.yaml' -o -name '*.sh' -o -name '*.bash' \
      -o -name '*.zsh' -o -name '*.fish' -o -name '*.command' -o -name .envrc \) -exec sh -c "$oversized" "$named" {} + \
    2>/dev/null | sed 's|/\./|/|'
}

# Compose projects and scripts of the user's own. Names are no patterns.
set -f
if has find; then
  written=$(written)
  if [ "$(printf '%s\n' "$written" | wc -l)" -gt "$most_written" ]; then
    partial "more than $most_written files of the home that name a product"
    written=$(printf '%s\n' "$written" | head -n "$most_written")
  fi
  set -- $(printf '%s\n' "$written" | grep -E 'compose[^/]*\.ya?ml$')
  files compose "$@"
  # Beside them, what they are filled in from.
  for each in $(printf '%s\n' "$@" | sed 's|/[^/]*$||' | sort -u); do [ ! -e "$each/.env" ] || files composeenv "$each/.env"; done
  files composeenv $(printf '%s\n' "$written" | grep '/\.env$')
  set -- $(printf '%s\n' "$written" | grep -vE 'compose[^/]*\.ya?ml$|/\.env$')
  [ $# -eq 0 ] || set -- $(grep -lE -e "(OPENCLAW|CLAWDBOT|MOLTBOT)_GATEWAY_TOKEN|--token[^[:alnum:]]|(gateway|node)[[:blank:][:punct:]]+run|(openclaw|clawdbot)[[:blank:][:punct:]]+gateway" "$@" 2>/dev/null)
  files script "$@"
fi
set +f; unset IFS
most 5 "the crontab" crontab -l 2>/dev/null | grep -E "$named" | tag crontab
