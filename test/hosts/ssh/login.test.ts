import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import { hostOf } from "../../../hosts/index.ts"
import { withFarm } from "../../support/hosts/on-each-host.ts"
import { noSshHosts } from "../../support/hosts/ssh-farm.ts"

const shells = { bash: "/bin/bash", zsh: "/bin/zsh", fish: "/usr/bin/fish", tcsh: "/bin/tcsh", dash: "/bin/dash" }
const silent = { nologin: "/usr/sbin/nologin", no: "/bin/false", gone: "/bin/no-such-shell" }

/** The files that a shell reads at its start, even if it is not interactive. */
const startFiles = { bash: ".bashrc", zsh: ".zshenv", fish: ".config/fish/config.fish", tcsh: ".tcshrc" }

const greeting = [
  "echo 'Welcome to the machine!'",
  `echo "gk-0123456789abcdef begin"`,
  "printf '\\n\\n'",
  "sh -c 'echo a warning on stderr >&2'",
  // More than a pipe holds.
  "seq 1 60000",
]

const rules = [
  "Match User forced",
  "  ForceCommand echo This account only runs backups",
  "Match User fenced",
  "  AllowTcpForwarding no",
  "  AllowAgentForwarding no",
  "  PermitTTY no",
  "  X11Forwarding no",
]

describe("a login shell", () => {
  const host = withFarm(1, {
    logins: { ...shells, ...silent, forced: "/bin/sh", fenced: "/bin/sh" },
    sshd: rules,
  })
  const as = (user: string) => hostOf(`ssh://${user}@${host(1).name}`)

  async function works(user: string): Promise<void> {
    const path = `~/${user} and its "file".txt`
    const file = join(host(1).home, path.slice(2))
    expect(await as(user).readSnapshot(path)).toEqual({ kind: "absent", leftover: false })
    const bytes = Buffer.from(`$HOME !1 \\n \0 ${user}\r\n`)
    await as(user).edit(path, () => ({ bytes }))
    expect(readFileSync(file).equals(bytes)).toBe(true)
    expect(await as(user).readSnapshot(path)).toMatchObject({ kind: "file", bytes })
    await as(user).edit(path, () => ({ remove: true }))
    expect(existsSync(file)).toBe(false)
  }

  test.each(Object.keys(shells))("%s hands over to sh", works)

  test("may forbid everything that gatekey does not need", async () => {
    await works("fenced")
  })

  test.each([
    ["nologin", "its login shell did not run /bin/sh: This account is currently not available."],
    ["no", "its login shell did not run /bin/sh (exit code 1)"],
    ["forced", "its login shell did not run /bin/sh: This account only runs backups"],
    ["gone", "permission denied (publickey)"],
  ])("%s is reported: %s", async (user, reason) => {
    const look = await as(user).readSnapshot("~/x")
    expect(look.kind === "unreachable" && look.reason).toContain(reason)
    expect(look.kind === "unreachable" && look.advice).toContain(
      `ssh://${user}@${host(1).name} is unreachable: ${reason}`,
    )
    expect(look.kind === "unreachable" && look.advice).toContain(`; see: ssh ${user}@${host(1).name}`)
  })
})

describe("a login shell with a long greeting", () => {
  const host = withFarm(1, { logins: shells })
  beforeAll(() => {
    if (noSshHosts !== undefined) return
    for (const name of Object.values(startFiles)) {
      const path = join(host(1).home, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, `${greeting.join("\n")}\n`)
    }
  })

  test.each(Object.keys(startFiles))("%s works", async (user) => {
    const there = hostOf(`ssh://${user}@${host(1).name}`)
    expect(await there.readSnapshot("~/x")).toEqual({ kind: "absent", leftover: false })
    await there.edit("~/x", () => ({ bytes: Buffer.from("new") }))
    expect(await there.readSnapshot("~/x")).toMatchObject({ kind: "file", bytes: Buffer.from("new") })
    const ran = await there.run("echo said; exit 3")
    expect({ code: ran.code, stdout: Buffer.from(ran.stdout).toString() }).toEqual({ code: 3, stdout: "said\n" })
    await there.edit("~/x", () => ({ remove: true }))
  })

  test("a failure after the greeting is reported with its own error", async () => {
    writeFileSync(join(host(1).home, "file"), "")
    const there = hostOf(`ssh://bash@${host(1).name}`)
    expect(await there.readSnapshot("~/file/x")).toMatchObject({
      kind: "unreadable",
      reason: "a part of its path is a file, not a directory",
    })
  })
})

describe("a user's ssh config", () => {
  const host = withFarm(1, {
    ssh: [
      "RemoteCommand tmux new -A",
      "RequestTTY force",
      "LogLevel QUIET",
      "ControlMaster no",
      "ControlPath none",
      "ForwardAgent yes",
      "RemoteForward 127.0.0.1:7999 127.0.0.1:22",
      "LocalForward 127.0.0.1:7998 127.0.0.1:22",
      "ExitOnForwardFailure yes",
      "PermitLocalCommand yes",
      "LocalCommand touch %d/hit",
      "SendEnv LANG LC_*",
      "VisualHostKey yes",
      "Compression yes",
    ],
  })

  test("applies, except options that an unattended run cannot use", async () => {
    const there = hostOf(`ssh://${host(1).name}`)
    await there.edit("~/x", () => ({ bytes: Buffer.from("new\r\n") }))
    expect(readFileSync(join(host(1).home, "x"), "utf8")).toBe("new\r\n")
    const ran = await there.run("printenv SSH_AUTH_SOCK SSH_TTY; tty")
    expect(Buffer.from(ran.stdout).toString()).toBe("not a tty\n")
    // The connection stays, with all that it might forward.
    const ports = await there.run("cat /proc/net/tcp")
    expect(Buffer.from(ports.stdout).toString()).not.toContain(`:${(7999).toString(16).toUpperCase()} `)
  })
})
