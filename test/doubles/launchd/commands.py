"""The commands of launchctl for a user's own domain, with their texts and exit codes.

Measured on macOS 15 and 26 by those who are named; `launchctl error N` names the codes:
 3 bootout of an unknown label (TOSS-Soft/toss-agent-runtime 42)      5 the label still drains (headroom 1289)
 36 bootout while it is being unloaded (osquery/osquery 5698)         37 bootstrap of what is loaded (snx-rs 241)
 64 usage: an option that this macOS has not (t3code 11995)           112 print of a domain without session (openclaw 8642)
 113 print or kickstart of an unknown label                           119 bootstrap of a disabled label (openclaw 849)
 122 others can write the file                                        125 bootstrap without session (openclaw 13795, oppi 31)
"""

import json
import os
import plistlib
import time

from jobs import Job
from printing import printed

EIO = "Bootstrap failed: 5: Input/output error\nTry re-running the command as root for richer errors.\n"


class Commands:
    def __init__(self, jobs, folder):
        self.jobs, self.folder = jobs, folder
        self.shared = {}
        self.domain = f"gui/{os.getuid()}"

    def answer(self, words):
        name, rest = (words[0], words[1:]) if words else ("", [])
        command = getattr(self, "do_" + name.replace("-", "_"), None)
        if command is None:
            return 64, "", "Unrecognized subcommand: " + name + "\n"
        try:
            result = command(*rest)
        except TypeError:
            return 64, "", f"Usage: launchctl {name}\n"
        self.jobs.tend(time.monotonic())
        return result

    def session(self):
        """Nobody is logged in at the screen while this file is there."""
        return not os.path.exists(os.path.join(self.folder, "no-session"))

    def do_bootstrap(self, domain, path):
        if domain != self.domain or not self.session():
            return 125, "", "Bootstrap failed: 125: Domain does not support specified action\n"
        try:
            with open(path, "rb") as file:
                plist = plistlib.load(file)
            label = plist["Label"]
        except (OSError, KeyError, ValueError, plistlib.InvalidFileException, Exception):
            return 5, "", EIO
        if os.stat(path).st_mode & 0o022:
            return 122, "", "Bootstrap failed: 122: Path had bad ownership/permissions\n"
        if label in self.disabled():
            return 119, "", "Bootstrap failed: 119: Service is disabled\n"
        if label in self.jobs:
            if self.jobs[label].unloading:
                return 5, "", EIO
            return 37, "", "Bootstrap failed: 37: Operation already in progress\n"
        self.jobs[label] = Job(label, os.path.realpath(path), plist, self.shared)
        return 0, "", ""

    def do_list(self):
        """Of the caller's own domain, parted by tabs, a dash for no process (launchctl(1), legacy subcommands)."""
        rows = [
            f"{job.process.pid if job.process else '-'}\t{0 if job.last is None else job.last}\t{label}\n"
            for label, job in self.jobs.items()
        ]
        return 0, "PID\tStatus\tLabel\n" + "".join(rows), ""

    def do_bootout(self, target, *more):
        if more:
            return 64, "", "Usage: launchctl bootout <domain-target> [service-path1, service-path2, ...]\n"
        job = self.found(target)
        if job is None:
            return 3, "", "Boot-out failed: 3: No such process\n"
        if job.unloading:
            return 36, "", "Boot-out failed: 36: Operation now in progress\n"
        job.unloading = True
        job.stop(time.monotonic())
        return 0, "", ""

    def do_kickstart(self, *words):
        job = self.found(words[-1])
        if job is None:
            return 113, "", self.unknown(words[-1])
        if job.process and "-k" not in words:
            return 37, "", "Could not kickstart service: 37: Operation already in progress\n"
        job.stop(time.monotonic())
        job.wanted = job.at_once = True
        return 0, "", ""

    def do_print(self, target):
        if not self.session():
            return 112, "", f"Bad request.\nCould not find domain for user gui: {os.getuid()}\n"
        if target == self.domain:
            return 0, f"{target} = {{\n\ttype = login\n}}\n", ""
        job = self.found(target)
        return (0, printed(job, target), "") if job else (113, "", "Bad request.\n" + self.unknown(target))

    def do_print_disabled(self, domain):
        known = sorted({**{label: False for label in self.jobs}, **self.switches()}.items())
        lines = "".join(f'\t\t"{label}" => {"disabled" if off else "enabled"}\n' for label, off in known)
        return 0, f"\n\tdisabled services = {{\n{lines}\t}}\n", ""

    def do_enable(self, target):
        return self.switch(target, False)

    def do_disable(self, target):
        return self.switch(target, True)

    def do_setenv(self, name, value):
        self.shared[name] = value
        return 0, "", ""

    def do_unsetenv(self, name):
        self.shared.pop(name, None)
        return 0, "", ""

    def found(self, target):
        domain, _, label = target.rpartition("/")
        return self.jobs.get(label) if domain == self.domain else None

    def unknown(self, target):
        return f'Could not find service "{target.rpartition("/")[2]}" in domain for user gui: {os.getuid()}\n'

    # Kept over bootout and the removal of the file, as /var/db/com.apple.xpc.launchd/disabled.UID.plist is.
    def switches(self):
        try:
            with open(os.path.join(self.folder, "disabled.json")) as file:
                return json.load(file)
        except OSError:
            return {}

    def disabled(self):
        return {label for label, off in self.switches().items() if off}

    def switch(self, target, off):
        switches = {**self.switches(), target.rpartition("/")[2]: off}
        with open(os.path.join(self.folder, "disabled.json"), "w") as file:
            json.dump(switches, file)
        return 0, "", ""
