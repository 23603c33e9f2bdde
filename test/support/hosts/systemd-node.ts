import { execFileSync } from "node:child_process"
import { randomUUID } from "node:crypto"
import {
  chownSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { dirname, join } from "node:path"
import { isWritable, makeGroup, removeGroup, unified } from "./control-groups.ts"
import { type Folders, type Furnished, type Machine, sshdConfig } from "./ssh-machine.ts"

/** The user of such a host. */
export const systemdUser = "oc"
const user = { name: systemdUser, id: 1000 }
const systemd = "/usr/lib/systemd/systemd"

/** Why systemd cannot be the first process of a host on this machine; undefined where it can. */
export function systemdObstacle(): string | undefined {
  const missing = [systemd, "/usr/bin/systemctl", "/usr/bin/dbus-daemon", "/usr/bin/nsenter", "/usr/bin/unshare"].find(
    (path) => !existsSync(path),
  )
  if (missing) return `${missing} is not installed`
  if (globSync("/usr/lib*/{,*/}security/pam_systemd.so").length === 0) return "pam_systemd is not installed"
  if (!links("bin")) return "/bin is not a part of /usr"
  if (!existsSync(join(unified, "cgroup.controllers"))) return "there is no unified control group"
  return isWritable(unified) ? undefined : "the control groups are read-only"
}

function links(name: string): boolean {
  return lstatSync(join("/", name), { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

/**
 * A machine whose first process is systemd, with a user manager for its user, who lingers. It has namespaces of its own
 * of all kinds, as a container has, and an /etc of its own: of this machine it sees the programs in /usr, and no more.
 */
export function furnishSystemd(machine: Machine, folders: Folders): Furnished {
  const { farm, name, home, root } = folders
  const own = (what: string) => join(farm, `${name}.${what}`)
  mkdirSync(root)
  chownSync(home, user.id, user.id)
  for (const [path, content] of Object.entries(etc(machine, folders))) {
    const file = join(own("etc"), path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content, { mode: path.endsWith("key") ? 0o600 : 0o644 })
  }
  symlinkSync("../usr/lib/os-release", join(own("etc"), "os-release"))
  writeFileSync(own("log"), "")
  writeFileSync(own("boot"), boot(root, machine, { etc: own("etc"), home, log: own("log") }))
  const group = makeGroup(unified)
  return {
    before: `echo $$ >${group}/cgroup.procs`,
    script: `hostname ${name}; exec unshare ${namespaces} sh -e '${own("boot")}'`,
    remove: () => removeGroup(group),
  }
}

const namespaces = "--ipc --cgroup --mount --propagation private --pid --fork --kill-child"

/** What it may do to the kernel, which is this machine's as well, is less than root may. */
const lessened = "-sys_module,-sys_rawio,-sys_time"

function boot(
  root: string,
  { folders = [] }: Machine,
  { etc, home, log }: { etc: string; home: string; log: string },
): string {
  const seen = folders.map(
    (path) => `mkdir -p .${path}\nmount --bind ${path} .${path}\nmount -o remount,bind,ro .${path}\n`,
  )
  return `cd '${root}'
mount -t tmpfs -o mode=755 tmpfs . && cd '${root}'
mkdir -p usr proc sys dev run home/${user.name} root tmp var/log/journal var/lib/systemd/linger
chmod 1777 tmp
cp -P ${["bin", "sbin", "lib", "lib32", "lib64", "libx32"]
    .filter(links)
    .map((name) => `/${name}`)
    .join(" ")} .
mount --rbind /usr usr && mount -o remount,bind,ro usr
${seen.join("")}\
mount -t proc proc proc && mount --bind proc/sys proc/sys && mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys && mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs dev
for each in null zero full random urandom tty; do : >dev/$each; mount --bind /dev/$each dev/$each; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=755 tmpfs run
cp -r '${etc}' etc
cp -a /etc/alternatives /etc/ld.so.cache etc
mount --bind '${home}' home/${user.name}
: >var/log/sshd && mount --bind '${log}' var/log/sshd
: >var/lib/systemd/linger/${user.name}
mkdir here && pivot_root . here
cd / && umount -l here && rmdir here
exec env -i container=gatekey PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
  setpriv --bounding-set ${lessened} ${systemd} --unit=node.target --show-status=false
`
}

function etc(machine: Machine, { farm, name }: Folders): Record<string, string> {
  const shell = machine.shell ?? "/bin/bash"
  const accounts = system("/etc/passwd").map((line) => line.split(":")[0])
  return {
    passwd: lines([...system("/etc/passwd"), `${user.name}:x:${user.id}:${user.id}::/home/${user.name}:${shell}`]),
    group: lines([...system("/etc/group"), `${user.name}:x:${user.id}:`]),
    shadow: lines([...accounts, user.name].map((account) => `${account}:*:20000::::::`)),
    hostname: `${name}\n`,
    "machine-id": `${randomUUID().replaceAll("-", "")}\n`,
    "pam.d/sshd": pam,
    "pam.d/systemd-user": pam,
    "ssh/key": readFileSync(join(farm, `${name}-key`), "utf8"),
    "ssh/authorized_keys": readFileSync(join(farm, "authorized_keys"), "utf8"),
    "ssh/sshd_config": lines([
      "HostKey /etc/ssh/key",
      "AuthorizedKeysFile /etc/ssh/authorized_keys",
      "UsePAM yes",
      ...sshdConfig(machine),
    ]),
    "systemd/system/node.target": lines([
      "[Unit]",
      "Requires=basic.target sshd.service",
      "Wants=systemd-logind.service dbus.socket systemd-user-sessions.service",
      "After=basic.target systemd-logind.service",
      "AllowIsolate=yes",
    ]),
    "systemd/system/sshd.service": lines([
      "[Unit]",
      "After=systemd-logind.service systemd-user-sessions.service",
      "[Service]",
      "RuntimeDirectory=sshd",
      "ExecStart=/usr/sbin/sshd -D -E /var/log/sshd",
      "KillMode=process",
    ]),
  }
}

/** The accounts of a file that are not people. */
function system(path: string): string[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !(Number(line.split(":")[2]) >= 1000 && Number(line.split(":")[2]) < 60_000))
}

const pam = `auth required pam_deny.so
account required pam_nologin.so
account required pam_unix.so
session required pam_systemd.so
`

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`
}

interface Booted {
  readonly name: string
  processes(): number[]
}

/** Whether it is the first process of its namespace; what has ended since it was listed is not. */
function isFirst(pid: number): boolean {
  try {
    return /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))
  } catch {
    return false
  }
}

/** Runs a script on such a host, as its user unless said; nobody is logged in by that. @returns what it wrote. */
export function runOn(host: Booted, script: string, as: "user" | "root" = "user"): string {
  const { words, env } = inside(host, script, as)
  return execFileSync("nsenter", words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], env })
}

/** The same, without waiting for its end: what a caller starts `nsenter` with. */
export function inside(host: Booted, script: string, as: "user" | "root" = "user") {
  const init = host.processes().find(isFirst)
  if (init === undefined) throw new Error(`${host.name} does not run`)
  const { name, id } = user
  const rights = as === "root" ? [] : ["setpriv", `--reuid=${id}`, `--regid=${id}`, "--clear-groups"]
  const env =
    as === "root" ? { HOME: "/root" } : { HOME: `/home/${name}`, USER: name, XDG_RUNTIME_DIR: `/run/user/${id}` }
  return {
    words: ["-t", `${init}`, "-m", "-n", "-u", "-i", "-p", "-C", "-r", "-w", ...rights, "/bin/sh", "-ec", script],
    env: { ...env, PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" },
  }
}
