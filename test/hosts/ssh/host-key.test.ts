import { execFile, execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest"
import { openSshHost } from "../../../hosts/ssh/ssh.ts"
import { editor } from "../../support/cli/editor.ts"
import { type Farm, noSshHosts, startFarm } from "../../support/hosts/ssh-farm.ts"

let farm: Farm
beforeAll(async () => {
  if (noSshHosts === undefined) farm = await startFarm(2)
})
afterAll(() => farm?.stop())
beforeEach(({ skip }) => {
  skip(noSshHosts !== undefined, noSshHosts)
  vi.stubEnv("GATEKEY_SSH_CONFIG", farm.config)
})
afterEach(() => void vi.unstubAllEnvs())

const compare =
  "compare it by another way than this network: on the host, ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub"

/** Creates a known_hosts for another name of the first host. */
function known(name: string, lines: (alias: string) => readonly string[], options: readonly string[] = []) {
  const file = join(farm.folder, `${name}_hosts`)
  const alias = farm.alias(name, [`HostName ${farm.host(1).address}`, `UserKnownHostsFile ${file}`, ...options])
  // The farm's own file comes first in its config; a name's own lines have to come before that.
  const text = readFileSync(farm.config, "utf8")
  const block = text.slice(text.indexOf(`Host ${alias}\n`))
  writeFileSync(farm.config, `${block.slice(0, block.indexOf("\nHost ") + 1)}${text}`)
  writeFileSync(
    file,
    lines(alias)
      .map((line) => `${line}\n`)
      .join(""),
  )
  return { alias, file }
}

function anotherKey(type = "ed25519"): { key: string; fingerprint: string } {
  const file = join(farm.folder, `another-${Math.random().toString(36).slice(2)}`)
  execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "", "-f", file])
  const fingerprint = execFileSync("ssh-keygen", ["-lf", `${file}.pub`], { encoding: "utf8" }).split(" ")[1] ?? ""
  return { key: readFileSync(`${file}.pub`, "utf8").trim(), fingerprint }
}

async function told(name: string) {
  const look = await openSshHost(`ssh://${name}`).readSnapshot("~/x")
  return look.kind === "unreachable" ? look : { reason: look.kind, advice: "" }
}

describe("a host key", () => {
  test("that is not known is never accepted: the error has its fingerprint, and how to compare it", async () => {
    const { alias, file } = known("unknown", () => [])
    const { reason, advice } = await told(alias)
    expect(reason).toBe("its host key is not known")
    expect(advice).toBe(
      `ssh://${alias} is unreachable: its host key is not known; it shows ED25519 ${farm.host(1).fingerprint}, none is known; ` +
        `${compare}; if it is right, connect once by hand; see: ssh ${alias}`,
    )
    expect(readFileSync(file, "utf8")).toBe("")
  })

  test("that has changed is never accepted: the error has both fingerprints", async () => {
    const other = anotherKey()
    const { alias, file } = known("changed", () => [`${farm.host(1).address} ${other.key}`])
    const before = readFileSync(file, "utf8")
    const { reason, advice } = await told(alias)
    expect(reason).toBe("its host key has changed")
    expect(advice).toBe(
      `ssh://${alias} is unreachable: its host key has changed; it shows ED25519 ${farm.host(1).fingerprint}, ` +
        `known is ED25519 ${other.fingerprint}; ${compare}; ` +
        `if it is right: ssh-keygen -R ${farm.host(1).address}, and connect once by hand; see: ssh ${alias}`,
    )
    expect(readFileSync(file, "utf8")).toBe(before)
  })

  test("is found by the name and file of the user's config: hashed, with a port, by an alias", async () => {
    const other = anotherKey()
    const { alias } = known("named", (name) => [`${name}-key ${other.key}`], ["HostKeyAlias named-key"])
    writeFileSync(join(farm.folder, "named_hosts"), `named-key ${other.key}\n`)
    execFileSync("ssh-keygen", ["-H", "-f", join(farm.folder, "named_hosts")], { stdio: "ignore" })
    const { advice } = await told(alias)
    expect(advice).toContain(`known is ED25519 ${other.fingerprint}`)
    expect(advice).toContain("ssh-keygen -R named-key, and")
  })

  test("of another type than the known one is reported with the known one", async () => {
    const other = anotherKey("ecdsa")
    const { alias } = known("kinds", () => [`${farm.host(1).address} ${other.key}`])
    const { advice } = await told(alias)
    expect(advice).toContain(`it shows ED25519 ${farm.host(1).fingerprint}`)
    expect(advice).toContain(`ECDSA ${other.fingerprint}`)
  })

  test("that was revoked is reported", async () => {
    const key = readFileSync(join(farm.folder, `${farm.host(1).name}-key.pub`), "utf8").trim()
    const { alias } = known("revoked", () => [`@revoked ${farm.host(1).address} ${key}`])
    const { reason } = await told(alias)
    expect(reason).toBe("its host key is revoked in your known_hosts")
  })

  test("of a host behind another is its own, not that of the jump", async () => {
    const { alias } = known("behind", () => [], [`ProxyJump ${farm.host(2).name}`])
    const { advice } = await told(alias)
    expect(advice).toContain(`it shows ED25519 ${farm.host(1).fingerprint}, none is known`)
  })

  test("of the jump that is not known is reported as the jump's", async () => {
    const { alias: jump } = known("jump", () => [])
    const alias = farm.alias("behind-unknown", [`HostName ${farm.host(2).address}`, `ProxyJump ${jump}`])
    expect((await told(alias)).reason).toBe("the host key of the one that leads to it is not known, or has changed")
  })

  test("of the jump causes no prompt, even with a terminal", async () => {
    const { alias: jump } = known("jump-at-terminal", () => [])
    const alias = farm.alias("behind-terminal", [`HostName ${farm.host(2).address}`, `ProxyJump ${jump}`])
    const job = JSON.stringify({ host: `ssh://${alias}`, path: "/x", do: "look" })
    const terminal = await promisify(execFile)("script", [
      "-qec",
      `'${process.execPath}' '${editor}' '${job}'`,
      "/dev/null",
    ])
    expect(terminal.stdout).toContain('"unreachable"')
    expect(terminal.stdout).not.toContain("continue connecting")
  })
})
