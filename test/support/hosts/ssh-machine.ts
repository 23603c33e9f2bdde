import { execFileSync } from "node:child_process"
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** What a host of the farm is like. */
export interface Machine {
  /** Its first process is systemd, and its user no root; neither `logins`, `busybox` nor `proc` can be with it. */
  readonly systemd?: boolean
  /** With `systemd`: folders of this machine that are seen there under their own names, and cannot be changed. */
  readonly folders?: readonly string[]
  /** The user's login shell there. Default: /bin/sh. */
  readonly shell?: string
  /** Further names of the user, each with another login shell. */
  readonly logins?: Readonly<Record<string, string>>
  /** What its /bin/sh is. Default: Debian's, dash. */
  readonly sh?: string
  /** Nothing there but busybox. */
  readonly busybox?: boolean
  /** Whether processes can be seen in /proc there. Default: yes. */
  readonly proc?: boolean
  /** Further lines of sshd_config. */
  readonly sshd?: readonly string[]
}

/** The folders that `shell` makes a machine of: all are below that of the farm. */
export interface Folders {
  readonly farm: string
  readonly name: string
  readonly home: string
  /** What is the root directory on a busybox host. */
  readonly root: string
}

/** What a machine is started with. */
export interface Furnished {
  /** A script that runs before the machine has namespaces. */
  readonly before?: string
  /** A script that becomes the machine's sshd, or what starts it; it has a mount namespace of its own. */
  readonly script: string
  /** Removes what is not in the folders, once nothing runs there any more. */
  remove(): Promise<void>
}

/** Lays the files that the machine needs. */
export function furnish(machine: Machine, folders: Folders): Furnished {
  const { farm, name, home, root } = folders
  const own = (what: string) => join(farm, `${name}.${what}`)
  if (machine.busybox) busyboxRoot(root)
  writeFileSync(own("passwd"), passwd(machine))
  writeFileSync(own("conf"), [...paths(machine, folders), ...sshdConfig(machine), ""].join("\n"))
  const proc = machine.proc === false ? [] : ["mount --bind /proc /mnt/proc"]
  const script = [
    `hostname ${name}`,
    ...(machine.busybox ? [`mount --bind '${root}' /mnt`, ...proc] : [`mount --bind '${home}' /root`]),
    `mount --bind '${own("passwd")}' /etc/passwd`,
    ...(machine.sh === undefined ? [] : [`mount --bind '${machine.sh}' /bin/sh`]),
    `exec /usr/sbin/sshd -D -f '${own("conf")}' -E '${own("log")}'`,
  ]
  return { script: script.join("; "), remove: async () => {} }
}

function passwd({ shell = "/bin/sh", logins = {} }: Machine): string {
  const others = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .filter((line) => line !== "" && !/^(?:root|nobody):/.test(line))
  const user = (name: string, shell: string) => `${name}:x:0:0:root:/root:${shell}`
  return [
    user("root", shell),
    ...Object.entries(logins).map(([name, shell]) => user(name, shell)),
    "nobody:x:65534:65534:nobody:/:/bin/sh",
    ...others,
    "",
  ].join("\n")
}

function paths({ busybox }: Machine, { farm, name }: Folders): string[] {
  return [
    `HostKey ${join(farm, `${name}-key`)}`,
    `PidFile ${join(farm, `${name}.pid`)}`,
    `AuthorizedKeysFile ${join(farm, "authorized_keys")}`,
    "PermitRootLogin prohibit-password",
    "UsePAM no",
    "StrictModes no",
    ...(busybox ? ["ChrootDirectory /mnt", "SetEnv PATH=/bin"] : []),
  ]
}

/** What the sshd of every machine has in common. */
export function sshdConfig({ sshd = [] }: Machine): string[] {
  return [
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "UseDNS no",
    "PrintMotd no",
    "PrintLastLog no",
    "MaxStartups 100",
    "LogLevel VERBOSE",
    ...sshd,
  ]
}

/** Lays a root directory with busybox and its programs. */
export function busyboxRoot(root: string): void {
  for (const folder of ["bin", "etc", "tmp", "dev", "proc"]) mkdirSync(join(root, folder), { recursive: true })
  for (const each of [root, join(root, "bin"), join(root, "etc")]) chmodSync(each, 0o755)
  chmodSync(join(root, "tmp"), 0o1777)
  copyFileSync("/bin/busybox", join(root, "bin/busybox"))
  for (const name of execFileSync("/bin/busybox", ["--list"], { encoding: "utf8" }).split("\n").filter(Boolean)) {
    if (name !== "busybox") symlinkSync("busybox", join(root, "bin", name))
  }
  execFileSync("mknod", ["-m", "666", join(root, "dev/null"), "c", "1", "3"])
  writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n")
}
