"""What `launchctl print gui/UID/LABEL` says: the layout of captures from macOS 15 and 26, NOT an API (launchctl(1))."""

import os


def printed(job, target):
    lines = [f"{target} = {{"]
    add = lambda key, value: lines.append(f"\t{key} = {value}")
    block = lambda name, entries: lines.extend([f"\t{name} = {{", *(f"\t\t{entry}" for entry in entries), "\t}", ""])
    plist = job.plist
    add("active count", 1 if job.process else 0)
    add("path", job.path)
    add("type", "LaunchAgent")
    add("state", job.state)
    lines.append("")
    add("program", plist.get("Program") or job.words[0])
    block("arguments", job.words)
    for key, name in (
        ("WorkingDirectory", "working directory"),
        ("StandardOutPath", "stdout path"),
        ("StandardErrorPath", "stderr path"),
    ):
        if key in plist:
            add(name, plist[key])
    block("inherited environment", ["SSH_AUTH_SOCK => /var/run/com.apple.launchd.X/Listeners"])
    block("default environment", ["PATH => /usr/bin:/bin:/usr/sbin:/sbin"])
    block("environment", [f"{name} => {value}" for name, value in job.environment.items()])
    add("domain", f"gui/{os.getuid()} [100057]")
    add("minimum runtime", job.throttle())
    add("exit timeout", plist.get("ExitTimeOut", 5))
    add("runs", job.runs)
    if job.process:
        add("pid", job.process.pid)
    add("immediate reason", "speculative")
    if job.last is None:
        add("last exit code", "(never exited)")
    elif job.last[1] is not None:
        add("last terminating signal", f"{job.last[1]}: {-job.last[0]}")
    else:
        add("last exit code", f"{job.last[0]}: EX_CONFIG" if job.last[0] == 78 else job.last[0])
    # Nested blocks repeat the names of the first level.
    block("resource coalition", ["ID = 9196", "type = resource", "state = active", "active count = 1", f"name = {job.label}"])
    add("spawn type", "daemon (3)")
    kept = ["keepalive"] if plist.get("KeepAlive") is True else []
    add("properties", " | ".join([*kept, *(["runatload"] if plist.get("RunAtLoad") else []), "inferred program"]))
    return "\n".join([*lines, "}", ""])
