# One set-up at a time in a checkout. The lock is a symlink whose target is the holder's process id:
# made in one step with its content, and recognised as stale when no such set-up is alive.
lock=$tools/setup.lock
held=

take_lock() {
  [ -w "$tools" ] || fail ".tools/ is not writable for you: give it to your user, or remove it."
  reported=
  until ln -s $$ "$lock" 2>/dev/null; do
    holder=$(readlink "$lock" 2>/dev/null) || continue
    if ! alive "$holder"; then
      break_lock "$holder"
      continue
    fi
    [ -n "$reported" ] || say "waiting for the set-up that runs already (process $holder)"
    reported=yes
    sleep 1
  done
  held=yes
}

drop_lock() {
  if [ -n "$held" ]; then rm -f "$lock"; fi
}

alive() {
  kill -0 "$1" 2>/dev/null || return 1
  # A process id may have been given to another program since.
  command -v ps >/dev/null 2>&1 || return 0
  ps -o args= -p "$1" 2>/dev/null | grep -Eq 'setup(-products)?\.sh'
}

# Only one of several waiters can rename the lock; who took a living one's by mistake gives it back.
break_lock() {
  mv "$lock" "$lock.$$" 2>/dev/null || return 0
  if [ "$(readlink "$lock.$$")" = "$1" ]; then
    rm -f "$lock.$$"
  else
    mv "$lock.$$" "$lock"
  fi
}
