# shellcheck shell=sh
# A gateway may take minutes to end its work: the manager is told, and goes on by itself.
grep -qF "/$3" "/proc/$1/cgroup" || exit 4
user_manager
systemctl --user --quiet disable "$3"
systemctl --user --no-block stop "$3"
