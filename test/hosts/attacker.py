"""Another user who owns a folder, and exchanges names in it as soon as anything happens there.

Arguments: uid, folder, name of the file, how, and what links are to lead to: a file and a folder of root's.
`aside` leaves the file itself and its folder alone, so that what stands there afterwards is what was installed. `way`
waits for nothing: its folder is now itself, now a link to root's, as no event tells when a path is resolved.
"""

import ctypes
import os
import random
import select
import struct
import sys
import time

uid, folder, name, how, file, directory = sys.argv[1:]
os.setgroups([])
os.setgid(int(uid))
os.setuid(int(uid))
libc = ctypes.CDLL(None, use_errno=True)
# IN_MODIFY, IN_ATTRIB, IN_CLOSE_WRITE, IN_OPEN, IN_MOVED_TO, IN_CREATE, IN_DELETE
EVENTS = 0x2 | 0x4 | 0x8 | 0x20 | 0x80 | 0x100 | 0x200
watch = libc.inotify_init1(0)
if watch < 0 or libc.inotify_add_watch(watch, folder.encode(), EVENTS) < 0:
    sys.exit("no inotify")
# The folder may be exchanged itself.
at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
lock = f".{name}.gatekey-lock"
stolen = 0


def attempt(work, *words, **more):
    try:
        work(*words, **more)
        return True
    except OSError:
        return False


def to_link(each, target):
    """In place of what has the name now."""
    global stolen
    if not attempt(os.unlink, each, dir_fd=at):
        stolen += 1
        attempt(os.rename, each, f".stolen-{stolen}", src_dir_fd=at, dst_dir_fd=at)
    attempt(os.symlink, target, each, dir_fd=at)


def to_folder(each):
    to_link(each, "nowhere")
    attempt(os.unlink, each, dir_fd=at)
    attempt(os.mkdir, each, dir_fd=at)


def exchange_file():
    what = random.randrange(5)
    if what == 0:
        to_link(name, file)
    elif what == 1:
        to_link(name, directory)
    elif what == 2:
        to_folder(name)
        to_link(name, directory)
    elif what == 3:
        attempt(os.unlink, name, dir_fd=at)
        attempt(os.link, file, os.path.join(folder, name))
    else:
        to_link(name, "nowhere")
        attempt(os.unlink, name, dir_fd=at)
        put = os.open(name, os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=at)
        os.write(put, b"the attacker's own\n")
        os.close(put)


def exchange_way():
    if not attempt(os.rename, folder, f"{folder}.away"):
        return
    attempt(os.symlink, directory, folder)
    time.sleep(random.random() * 0.004)
    attempt(os.unlink, folder)
    attempt(os.rename, f"{folder}.away", folder)


def exchange_lock(each):
    random.choice((lambda: to_link(each, directory), lambda: to_link(each, file), lambda: to_folder(each)))()
    time.sleep(random.random() * 0.004)
    attempt(os.unlink, each, dir_fd=at) or attempt(os.rmdir, each, dir_fd=at)


def react(each):
    if each.startswith(lock):
        exchange_lock(each)
    elif each.startswith(f".{name}.gatekey-"):
        to_link(each, random.choice((file, directory)))
    elif how == "any":
        random.choice((exchange_file, exchange_file, exchange_way))()


def chance(each):
    return 0.1 if each.startswith(lock) else 0.5 if each.startswith(f".{name}.gatekey-") else 0.2


def exchange_way_always():
    os.chdir(os.path.dirname(folder))
    each, link = (os.path.basename(folder) + end for end in ("", ".link"))
    os.symlink(directory, link)
    print("ready", flush=True)
    while True:
        # AT_FDCWD, RENAME_EXCHANGE
        if libc.renameat2(-100, each.encode(), -100, link.encode(), 2) < 0:
            sys.exit("no renameat2")
        time.sleep(random.random() * random.choice((0.004, 0.04, 0.4)))


if how == "way":
    exchange_way_always()
os.set_blocking(watch, False)
print("ready", flush=True)
while True:
    select.select([watch], [], [])
    data = os.read(watch, 65536)
    while data:
        _, mask, _, length = struct.unpack_from("iIII", data)
        each = data[16 : 16 + length].rstrip(b"\0").decode()
        data = data[16 + length :]
        if each and not each.startswith(".stolen") and random.random() < chance(each):
            react(each)
            # What we did ourselves is no reason to do more.
            try:
                os.read(watch, 65536)
            except BlockingIOError:
                pass
            break
