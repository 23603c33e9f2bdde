# shellcheck shell=sh
# watch SECONDS: after so long this shell is killed, with all that it started where it has a process group of its own.
watch() {
  whom=$$
  # A group of this number exists only if this shell leads it.
  ! kill -0 "-$$" 2>/dev/null || whom=-$$
  (
    trap 'kill "$nap" 2>/dev/null; exit' TERM
    sleep "$1" &
    nap=$!
    wait "$nap" && kill -KILL "$whom"
  ) </dev/null >/dev/null 2>&1 &
  watcher=$!
}

# leave: the last line, with the code of what went before.
leave() {
  code=$?
  kill "$watcher" 2>/dev/null
  say end "$code"
}
