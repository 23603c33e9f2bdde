# shellcheck shell=sh
# A gateway that drains takes minutes to stop: the manager is told what to do, and goes on by itself.
user_manager
do_reload() { systemctl --user daemon-reload; }
do_enable() { systemctl --user --quiet enable "$name"; }
do_disable() { systemctl --user --quiet disable "$name"; }
do_reset() { systemctl --user reset-failed "$name"; }
do_start() { systemctl --user --no-block start "$name"; }
do_restart() { systemctl --user --no-block restart "$name"; }
do_stop() { systemctl --user --no-block stop "$name"; }
