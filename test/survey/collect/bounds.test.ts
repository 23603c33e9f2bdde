import { execFileSync } from "node:child_process"
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test, vi } from "vitest"
import { survey } from "../../../survey/collect/survey.ts"
import { pathWithSsh } from "../../support/hosts/hostile-ssh.ts"
import { folder } from "../../support/hosts/machine.ts"
import { strong } from "../../support/tokens.ts"

const pipe = (path: string) => execFileSync("/usr/bin/mkfifo", [path])

/** A home with a config and a script, and what somebody else may have laid in it. */
function home(): string {
  const top = folder()
  for (const name of [".openclaw", "bin", ".config/systemd/user"]) mkdirSync(join(top, name), { recursive: true })
  writeFileSync(join(top, ".openclaw/openclaw.json"), JSON.stringify({ gateway: { auth: { token: strong() } } }))
  writeFileSync(join(top, "bin/it"), `#!/bin/sh\nopenclaw devices list --token ${strong()}\n`)
  for (const name of [".bashrc", ".openclaw/.env", "bin/x.sh", ".openclaw/.openclaw.json.gatekey-lock"])
    pipe(join(top, name))
  pipe(join(top, ".config/systemd/user/openclaw-gateway.service"))
  writeFileSync(join(top, ".profile"), "")
  truncateSync(join(top, ".profile"), 100 * 1024 ** 3)
  symlinkSync("/dev/zero", join(top, ".zshrc"))
  // It says that it is a regular file of no bytes, and is waited for.
  symlinkSync("/proc/kmsg", join(top, ".zlogin"))
  symlinkSync("/proc/kmsg", join(top, ".openclaw/openclaw.json.bak"))
  symlinkSync("/proc/self", join(top, ".clawdbot"))
  mkdirSync(join(top, ".zprofile"))
  return top
}

test("pipes, devices and files without end in a home keep nobody from the rest, and what was left out is told", async () => {
  const top = home()
  const seen = await survey({ host: "local", home: top })
  const held = seen.copies.flatMap(({ path, held }) => (held.kind === "value" ? [path] : []))
  expect(held).toEqual(expect.arrayContaining([join(top, ".openclaw/openclaw.json"), join(top, "bin/it")]))
  expect([...(seen.unseen ?? [])].sort()).toEqual(
    [
      `${join(top, ".bashrc")}, which is a pipe or a socket`,
      `${join(top, ".config/systemd/user/openclaw-gateway.service")}, which is a pipe or a socket`,
      `${join(top, ".profile")}, of more than 64 MB`,
    ].sort(),
  )
})

test("a folder in place of a file that a product reads is no place without a token", async () => {
  const top = folder()
  const names = [".openclaw/openclaw.json", ".openclaw/.env", ".openclaw/gatekey/gateway-token"]
  // An environment of Python's is nobody's business.
  for (const name of [...names, ".env", ".bashrc"]) mkdirSync(join(top, name), { recursive: true })
  const { copies } = await survey({ host: "local", home: top })
  const broken = copies.filter(({ held }) => held.kind === "broken" && held.reason === "is a directory")
  expect(broken.map(({ path }) => path).sort()).toEqual(names.map((name) => join(top, name)).sort())
})

test("a Compose file in UTF-16 is found, and read as Compose reads it", async () => {
  const top = folder()
  const token = strong()
  const text = `services: {openclaw: {environment: {OPENCLAW_GATEWAY_TOKEN: ${token}}}}\n`
  writeFileSync(join(top, "compose.yaml"), Buffer.from(`\ufeff${text}`, "utf16le"))
  writeFileSync(join(top, "x.compose.yml"), Buffer.from(`\ufeff${text}`, "utf16le").swap16())
  const { copies } = await survey({ host: "local", home: top })
  const found = copies.filter(({ held }) => held.kind === "value" && held.value.equals(token))
  expect(found.map(({ path, format }) => [path, format]).sort()).toEqual([
    [join(top, "compose.yaml"), undefined],
    [join(top, "x.compose.yml"), undefined],
  ])
})

test("a program that does not answer costs its part of the look, which is told", async () => {
  const path = process.env.PATH
  vi.stubEnv("PATH", pathWithSsh("exit 1", { crontab: "exec sleep 3600", docker: "trap '' TERM; sleep 3600" }))
  try {
    const top = home()
    chmodSync(top, 0o755)
    const seen = await survey({ host: "local", home: top })
    expect(seen.unseen).toContain("the crontab")
    expect(seen.containers).toMatchObject({ client: "docker", problem: "no answer within 10 s" })
    expect(seen.copies.length).toBeGreaterThan(1)
  } finally {
    vi.stubEnv("PATH", path)
    vi.unstubAllEnvs()
  }
})

test("a script and a Compose file that are too large to be looked at by name are reported, and no other large file is", async () => {
  const top = folder()
  mkdirSync(join(top, "bin"))
  const large = (text: string) => `${text}\n${"# filler\n".repeat(40_000)}`
  writeFileSync(join(top, "bin/start.sh"), large("exec openclaw gateway run"))
  writeFileSync(join(top, "bin/other.sh"), large("exec something else"))
  writeFileSync(join(top, "compose.yaml"), large("services: {gw: {image: openclaw}}"))
  writeFileSync(join(top, "notes.txt"), large("openclaw gateway run"))
  const { unseen } = await survey({ host: "local", home: top })
  const why = "of more than 255 KB: not looked at by name"
  expect([...(unseen ?? [])].sort()).toEqual([
    `${join(top, "bin/start.sh")}, ${why}`,
    `${join(top, "compose.yaml")}, ${why}`,
  ])
})
