# shellcheck shell=sh
user_manager
say path "$(real "$path")"
if has systemctl; then
  shown=$(systemctl --user show "$name" -p "$properties" 2>&1); say "code $?"
  printf '%s\n' "$shown" | tag show
  # `show` reports the state of the last load.
  say enabled "$(systemctl --user is-enabled "$name" 2>/dev/null)"
  fragment=$(printf '%s\n' "$shown" | sed -n 's/^FragmentPath=//p')
  [ -z "$fragment" ] || say fragment "$(real "$fragment")"
  live "$(printf '%s\n' "$shown" | sed -n 's/^MainPID=//p')"
  user=$(id -un); say user "$user"
  # Logind keeps a file for each user who lingers; without logind no user is logged out.
  if [ -e "/var/lib/systemd/linger/$user" ]; then say linger yes
  elif loginctl list-users >/dev/null 2>&1; then
    say linger no
    # Logind's display may also be a log-in over SSH, such as this one.
    session=$(loginctl show-user "$user" -p Display --value 2>/dev/null)
    case $(loginctl show-session "$session" -p Type --value 2>/dev/null) in
      x11 | wayland | mir) say display ;;
    esac
  fi
else
  say none
fi
