"""The double of launchd: keeps jobs, really runs their programs, and answers the double of launchctl."""

import fcntl
import json
import os
import socket
import sys
import time

from commands import Commands
from jobs import Jobs

folder = sys.argv[1]
lock = open(os.path.join(folder, "lock"), "w")
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    sys.exit(0)

address = os.path.join(folder, "socket")
if os.path.exists(address):
    os.unlink(address)
server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
server.bind(address)
server.listen(64)
server.settimeout(0.02)

jobs = Jobs()
commands = Commands(jobs, folder)
while os.path.exists(lock.name):
    try:
        client, _ = server.accept()
    except socket.timeout:
        client = None
    jobs.tend(time.monotonic())
    if client is None:
        continue
    with client:
        client.settimeout(5)
        line = b""
        while not line.endswith(b"\n"):
            line += client.recv(65536) or b"\n"
        code, stdout, stderr = commands.answer(json.loads(line or b"[]"))
        client.sendall(json.dumps({"code": code, "stdout": stdout, "stderr": stderr}).encode())
jobs.end()
