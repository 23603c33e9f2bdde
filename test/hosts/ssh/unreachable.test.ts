import { execFileSync } from "node:child_process"
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest"
import type { Host } from "../../../hosts/host.ts"
import { openSshHost } from "../../../hosts/ssh/ssh.ts"
import { countSsh } from "../../support/hosts/counted-ssh.ts"
import { processesWith } from "../../support/hosts/processes.ts"
import { type Farm, noSshHosts, startFarm } from "../../support/hosts/ssh-farm.ts"

let farm: Farm
beforeAll(async () => {
  if (noSshHosts === undefined) farm = await startFarm(5)
})
afterAll(() => farm?.stop())
beforeEach(({ skip }) => {
  skip(noSshHosts !== undefined, noSshHosts)
  vi.stubEnv("GATEKEY_SSH_CONFIG", farm.config)
})
afterEach(() => void vi.unstubAllEnvs())

/** Drops a host's answers during this test, and returns its timeout. */
function silent(): void {
  vi.stubEnv("GATEKEY_SSH_CONNECT_TIMEOUT", "2s")
  farm.host(5).silent(true)
  onTestFinished(() => farm.host(5).silent(false))
}

/** Reads an unreachable host's reason and advice. */
async function told(host: string | Host): Promise<[reason: string, advice: string]> {
  const look = await (typeof host === "string" ? openSshHost(host) : host).readSnapshot("~/x")
  if (look.kind !== "unreachable") throw new Error(`it was reached: ${look.kind}`)
  return [look.reason, look.advice]
}

describe("reports why a host cannot be reached, and the fix:", () => {
  test("its name is not resolved", async () => {
    const name = farm.alias("nameless", ["HostName nowhere.invalid"])
    const reason = "the name nowhere.invalid is not resolved"
    const advice = `ssh://${name} is unreachable: ${reason}; see HostName in your ssh config; see: ssh ${name}`
    expect(await told(`ssh://${name}`)).toEqual([reason, advice])
  })

  test("no server listens", async () => {
    const name = farm.alias("refusing", [`HostName ${farm.host(1).address}`, "Port 23"])
    const reason = "connection refused: no ssh server listens there"
    expect(await told(`ssh://${name}`)).toEqual([reason, `ssh://${name} is unreachable: ${reason}; see: ssh ${name}`])
    expect((await told(`ssh://root@${farm.host(1).name}:24`))[1]).toContain(
      `; see: ssh -p 24 root@${farm.host(1).name}`,
    )
  })

  test("its answers are lost: after the timeout", async () => {
    silent()
    const start = Date.now()
    const name = farm.host(5).name
    const reason = "timed out after 2 s"
    expect(await told(`ssh://${name}`)).toEqual([reason, `ssh://${name} is unreachable: ${reason}; see: ssh ${name}`])
    expect(Date.now() - start).toBeGreaterThan(1900)
  })

  test("its cable is cut", async () => {
    vi.stubEnv("GATEKEY_SSH_CONNECT_TIMEOUT", "2s")
    execFileSync("ip", ["link", "set", farm.host(5).link, "down"])
    onTestFinished(() => void execFileSync("ip", ["link", "set", farm.host(5).link, "up"]))
    expect((await told(`ssh://${farm.host(5).name}`))[0]).toMatch(/^timed out after 2 s$|^no route to it$/)
  })

  test("another server listens and sends nothing", async () => {
    vi.stubEnv("GATEKEY_SSH_CONNECT_TIMEOUT", "2s")
    const name = farm.alias("mute", [`ProxyCommand sleep 60`])
    expect((await told(`ssh://${name}`))[0]).toBe("timed out after 2 s")
  })

  test("another server listens and closes the connection", async () => {
    const name = farm.alias("rude", ["ProxyCommand true"])
    const [reason, advice] = await told(`ssh://${name}`)
    expect(reason).toBe("it closed the connection before ssh began")
    expect(advice).toContain("GATEKEY_SSH_PARALLEL")
  })

  test("it does not accept the key", async () => {
    const key = join(farm.folder, "another")
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])
    const name = farm.alias("keyless", [`HostName ${farm.host(1).address}`])
    const config = join(farm.folder, "other_config")
    writeFileSync(config, readFileSync(farm.config, "utf8").replace(/IdentityFile .*/, `IdentityFile ${key}`))
    vi.stubEnv("GATEKEY_SSH_CONFIG", config)
    const reason = "permission denied (publickey)"
    const remedy = "load the key into your agent with ssh-add, or install it there with ssh-copy-id"
    expect(await told(`ssh://${name}`)).toEqual([
      reason,
      `ssh://${name} is unreachable: ${reason}; ${remedy}; see: ssh ${name}`,
    ])
  })

  test("the key has a passphrase, without a prompt", async () => {
    const key = join(farm.folder, "locked")
    copyFileSync(join(farm.folder, "id"), key)
    execFileSync("ssh-keygen", ["-q", "-p", "-P", "", "-N", "a passphrase", "-f", key])
    const config = join(farm.folder, "locked_config")
    const name = farm.alias("locked", [`HostName ${farm.host(1).address}`])
    writeFileSync(config, readFileSync(farm.config, "utf8").replace(/IdentityFile .*/, `IdentityFile ${key}`))
    vi.stubEnv("GATEKEY_SSH_CONFIG", config)
    vi.stubEnv("SSH_ASKPASS", "/bin/echo")
    vi.stubEnv("SSH_ASKPASS_REQUIRE", "force")
    expect((await told(`ssh://${name}`))[0]).toBe("permission denied (publickey)")
  })

  test("there is no common algorithm", async () => {
    const name = farm.alias("old", [`HostName ${farm.host(1).address}`, "KexAlgorithms diffie-hellman-group1-sha1"])
    expect((await told(`ssh://${name}`))[0]).toBe("no matching key exchange method found")
  })

  test("the ssh config is not valid", async () => {
    const config = join(farm.folder, "bad_config")
    writeFileSync(config, "Host *\n  Hostnam x\n")
    vi.stubEnv("GATEKEY_SSH_CONFIG", config)
    const reason = `ssh does not take your config: ${config}: line 2: Bad configuration option: hostnam`
    expect((await told("ssh://badly-configured"))[0]).toBe(reason)
    vi.stubEnv("GATEKEY_SSH_CONFIG", join(farm.folder, "no_config"))
    expect((await told("ssh://not-configured"))[0]).toContain(
      "ssh does not take your config: Can't open user config file",
    )
  })

  test("ssh is not installed", async () => {
    vi.stubEnv("PATH", "/nowhere")
    const advice = "there is no ssh on PATH; install OpenSSH's client; see: ssh tw"
    expect(await told("ssh://tw")).toEqual(["there is no ssh on PATH", `ssh://tw is unreachable: ${advice}`])
  })
})

describe("a host that was unreachable once", () => {
  test("is not tried again by this run: an edit and a script fail at once", async () => {
    silent()
    const host = openSshHost(`ssh://root@${farm.host(5).name}`)
    const [, advice] = await told(host)
    const starts = countSsh()
    await expect(host.edit("~/x", () => ({ bytes: Buffer.from("new") }))).rejects.toThrow(advice)
    await expect(host.run("true")).rejects.toThrow(advice)
    expect(await host.findObstacle("~/x")).toBe(advice)
    expect(await host.resolveCanonical("~/x")).toContain("~/x")
    expect(starts()).toBe(0)
  })

  test("does not delay the other hosts", async () => {
    silent()
    vi.stubEnv("GATEKEY_SSH_CONNECT_TIMEOUT", "12s")
    const kinds: string[] = []
    const each = farm.hosts.map(async ({ name }) => {
      kinds.push((await openSshHost(`ssh://root@${name}:22`).readSnapshot("~/x")).kind)
    })
    await Promise.all(each)
    expect(kinds).toEqual(["absent", "absent", "absent", "absent", "unreachable"])
  })
})

describe("a host behind another", () => {
  test("is reached and written, without waiting for the jump to end", async () => {
    const name = farm.alias("behind", [`HostName ${farm.host(2).address}`, `ProxyJump ${farm.host(1).name}`])
    const host = openSshHost(`ssh://${name}`)
    await host.edit("~/jumped", () => ({ bytes: Buffer.from("new") }))
    expect(processesWith(`-W [${farm.host(2).address}]:22`), "the jump goes on").not.toEqual([])
    expect(existsSync(join(farm.host(2).home, "jumped"))).toBe(true)
    expect(existsSync(join(farm.host(1).home, "jumped"))).toBe(false)
  })

  test("that refuses, or is unknown there, is reported so", async () => {
    const jump = `ProxyJump ${farm.host(1).name}`
    const refusing = farm.alias("refusing-behind", [`HostName ${farm.host(2).address}`, "Port 23", jump])
    expect((await told(`ssh://${refusing}`))[0]).toBe("connection refused: no ssh server listens there")
    const nameless = farm.alias("nameless-behind", ["HostName nowhere.invalid", jump])
    expect((await told(`ssh://${nameless}`))[0]).toBe("its name is not resolved on the host that leads to it")
  })

  test("behind a jump that forwards nothing is reported so", async () => {
    const fenced = await startFarm(1, { sshd: ["AllowTcpForwarding no"] })
    onTestFinished(() => fenced.stop())
    const { address, name } = fenced.host(1)
    const jump = farm.alias("fenced", [
      `HostName ${address}`,
      `HostKeyAlias ${name}`,
      `IdentityFile ${fenced.folder}/id`,
    ])
    writeFileSync(farm.knownHosts, readFileSync(fenced.knownHosts, "utf8"), { flag: "a" })
    const closed = farm.alias("behind-fenced", [`HostName ${farm.host(2).address}`, `ProxyJump ${jump}`])
    expect((await told(`ssh://${closed}`))[0]).toBe("the host that leads to it forwards no connections")
  })

  test("that is silent is given up after the timeout", async () => {
    silent()
    const name = farm.alias("silent-jump", [`HostName ${farm.host(2).address}`, `ProxyJump ${farm.host(5).name}`])
    expect((await told(`ssh://${name}`))[0]).toBe("timed out after 2 s")
  })
})
