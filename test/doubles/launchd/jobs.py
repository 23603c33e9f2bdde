"""Jobs as launchd keeps them in memory, apart from their files.

What is known of each behaviour, and from where:
- A job's definition is read at `bootstrap` only; a restart uses what is in memory (launchctl(1); openclaw/openclaw 34829).
- KeepAlive restarts, not before ThrottleInterval (10 s) has passed since the launch (launchd.plist(5)): "spawn scheduled".
- Unloading is asynchronous: SIGTERM, SIGKILL after ExitTimeOut (5 s); the label stays, as "SIGTERMed", until the process
  has ended (kxn/codex-remote-feishu 914, headroomlabs-ai/headroom 1289).
"""

import os
import signal
import subprocess
import time


class Job:
    def __init__(self, label, path, plist, shared):
        self.label, self.path, self.plist, self.shared = label, path, plist, shared
        self.process = None
        self.launched = None
        self.runs = 0
        self.ending = None  # when SIGTERM was sent
        self.killed = False
        self.unloading = False
        self.wanted = bool(plist.get("RunAtLoad")) or plist.get("KeepAlive") is True
        self.at_once = True  # no throttle before the first launch, and after a kickstart
        self.last = None  # how it ended last

    @property
    def words(self):
        return self.plist.get("ProgramArguments") or [self.plist["Program"]]

    @property
    def environment(self):
        given = {name: str(value) for name, value in self.plist.get("EnvironmentVariables", {}).items()}
        return {"OSLogRateLimit": "64", **given, "XPC_SERVICE_NAME": self.label}

    @property
    def state(self):
        if self.process is None:
            return "spawn scheduled" if self.wanted and not self.unloading else "not running"
        if self.ending is not None:
            return "SIGKILLed" if self.killed else "SIGTERMed"
        return "running"

    def throttle(self):
        return self.plist.get("ThrottleInterval", 10)

    def launch(self, now):
        output = self.plist.get("StandardOutPath", os.devnull)
        if output != os.devnull:
            os.makedirs(os.path.dirname(output), exist_ok=True)  # launchd does so
        inherited = {name: os.environ[name] for name in ("HOME", "USER", "LOGNAME") if name in os.environ}
        environment = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", **inherited, **self.shared, **self.environment}
        with open(output, "ab") as out:
            self.process = subprocess.Popen(
                self.words,
                executable=self.plist.get("Program"),
                cwd=self.plist.get("WorkingDirectory", "/"),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.launched, self.runs, self.at_once, self.killed = now, self.runs + 1, False, False
        self.wanted = self.plist.get("KeepAlive") is True

    def stop(self, now):
        if self.process and self.ending is None:
            self.ending = now
            self.process.send_signal(signal.SIGTERM)

    def tend(self, now):
        if self.process and self.process.poll() is not None:
            code = self.process.returncode
            self.last = (code, signal.strsignal(-code) if code < 0 else None)
            self.process, self.ending = None, None
        if self.process and self.ending is not None and now - self.ending > self.plist.get("ExitTimeOut", 5):
            self.killed = True
            self.process.kill()
        due = self.at_once or self.launched is None or now - self.launched >= self.throttle()
        if self.process is None and self.wanted and not self.unloading and due:
            try:
                self.launch(now)
            except OSError:
                self.last, self.launched, self.at_once = (78, None), now, False


class Jobs(dict):
    def tend(self, now):
        for job in list(self.values()):
            job.tend(now)
            if job.unloading and job.process is None:
                del self[job.label]

    def end(self):
        for job in self.values():
            if job.process:
                job.process.terminate()
        time.sleep(0.2)
        for job in self.values():
            if job.process and job.process.poll() is None:
                job.process.kill()
