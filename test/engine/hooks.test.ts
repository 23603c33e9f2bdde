import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { describeEngine } from "../support/engine/engine.ts"
import { root } from "../support/engine/program.ts"
import { hooksFleet } from "../support/fleets/hooks-fleet.ts"
import { type SshAgent, startSshAgent } from "../support/hosts/ssh-agent.ts"
import { type Farm, noSshHosts, startFarm } from "../support/hosts/ssh-farm.ts"

const settled = ["preview", "--expect-no-changes"] as const
const counted = (file: string) => `echo ran >>${file}`

describeEngine("hooks after a rotation, on this machine", () => {
  test("run at the first up, not at a second one, and again after a rotation and after going back", async () => {
    const fleet = await hooksFleet()
    const order = join(fleet.out, "order")
    const hook = (name: string) => ({
      name,
      host: "local" as const,
      command: `echo ${name} >>${order}; pwd >${fleet.out}/folder`,
    })
    const hooks = [hook("second first"), hook("another")]
    fleet.declare(1, hooks)
    expect(await fleet.says(0, "preview")).toMatch(/\+ +(?:│|├|└|─| )*command:local:Command +second first +create/)
    expect(fleet.lines("order"), "a preview runs nothing").toEqual([])
    await fleet.says(0, "up", "--yes", "--skip-preview")
    expect(fleet.lines("order")).toEqual(["second first", "another"])
    expect(fleet.lines("folder"), "the project's folder").toEqual([root])
    await fleet.says(0, ...settled)
    await fleet.says(0, "up", "--yes", "--skip-preview")
    await fleet.says(0, "refresh", "--yes")
    expect(fleet.lines("order")).toHaveLength(2)

    fleet.declare(2, hooks)
    expect(await fleet.says(0, "preview")).toMatch(/command:local:Command +second first +replace +\[diff: ~triggers\]/)
    await fleet.says(0, "up", "--yes", "--skip-preview")
    expect(fleet.lines("order")).toHaveLength(4)
    fleet.declare(1, hooks)
    await fleet.says(0, "up", "--yes", "--skip-preview")
    expect(fleet.lines("order")).toHaveLength(6)
    await fleet.says(0, "destroy", "--yes")
    expect(fleet.lines("order")).toHaveLength(6)
    fleet.nothing()
  })

  test("hooks get the token on standard input if they ask for it, and their output is not shown", async () => {
    const fleet = await hooksFleet()
    const asking = { name: "asking", host: "local" as const, token: true }
    const digest = `tee ${fleet.out}/.seen | sha256sum >>${fleet.out}/digest; cat ${fleet.out}/.seen ${fleet.out}/.seen >&2; rm ${fleet.out}/.seen`
    const other = {
      name: "not asking",
      host: "local" as const,
      command: `cat | wc -c >>${fleet.out}/other; env >${fleet.out}/env`,
    }
    fleet.declare(1, [{ ...asking, command: digest }, other])
    await fleet.says(0, "up", "--yes", "--skip-preview")
    fleet.declare(2, [{ ...asking, command: digest }, other])
    await fleet.says(0, "preview", "--diff")
    await fleet.says(0, "up", "--yes", "--skip-preview")
    const digests = fleet.lines("digest").map((line) => line.split(" ")[0])
    expect(digests).toHaveLength(2)
    expect(digests[1]).toBe(fleet.digest())
    expect(digests[0]).not.toBe(digests[1])
    expect(fleet.lines("other").map(Number)).toEqual([0, 0])
    expect(fleet.lines("env").filter((line) => line.startsWith("PULUMI_COMMAND_"))).toEqual([])

    fleet.declare(3, [{ ...asking, command: `${digest}; exit 7` }, other])
    const failed = await fleet.says(255, "up", "--yes")
    expect(failed).toContain("exit status 7: running")
    expect(fleet.lines("digest").at(-1)).toContain(fleet.digest())
    expect(fleet.lines("other"), "what stands after it has not run").toHaveLength(2)
    fleet.declare(3, [{ ...asking, command: digest }, other])
    await fleet.says(0, "up", "--yes", "--skip-preview")
    expect(fleet.lines("other")).toHaveLength(3)
    await fleet.says(0, ...settled)
    await fleet.says(0, "stack", "export")
    fleet.nothing()
  })

  test("hooks' output is not shown unless they fail: then the up fails, after all else, until they succeed", async () => {
    const fleet = await hooksFleet()
    const command = `${counted(join(fleet.out, "runs"))}; echo printed-$((6 * 7)); echo told-$((6 * 7)) >&2`
    fleet.declare(1, [{ host: "local", command }])
    expect(await fleet.says(0, "up", "--yes")).not.toMatch(/(?:printed|told)-42/)
    expect(fleet.stored()).not.toMatch(/(?:printed|told)-42/)

    fleet.declare(2, [{ host: "local", command: `${command}; false` }])
    const failed = await fleet.says(255, "up", "--yes")
    expect(failed).toMatch(/exit status 1: running[\s\S]*printed-42\s+told-42/)
    expect(failed).toContain("generation 2")
    await fleet.says(255, "up", "--yes")
    expect(fleet.lines("runs")).toHaveLength(3)
    fleet.declare(2, [{ host: "local", command }])
    await fleet.says(0, "up", "--yes", "--skip-preview")
    await fleet.says(0, ...settled)
    expect(fleet.lines("runs")).toHaveLength(4)
    fleet.nothing()
  })

  test("edited hooks run again; the preview rejects invalid ones and names the key", async () => {
    const fleet = await hooksFleet()
    const runs = join(fleet.out, "runs")
    fleet.declare(1, [{ name: "tell", host: "local", command: counted(runs) }])
    await fleet.says(0, "up", "--yes", "--skip-preview")
    fleet.declare(1, [{ name: "tell", host: "local", command: `${counted(runs)} # twice` }])
    expect(await fleet.says(0, "preview")).toMatch(/command:local:Command +tell +update +\[diff: ~create\]/)
    await fleet.says(0, "up", "--yes", "--skip-preview")
    expect(fleet.lines("runs")).toHaveLength(2)
    fleet.declare(2, [
      { host: "local", command: "" },
      { host: "ssh://me@tw.local", command: "true" },
    ])
    const refused = await fleet.says(255, "preview")
    expect(refused).toContain("gatekey:afterRotation[0].command: found an empty text; expected a command for sh")
    expect(refused).toMatch(
      /gatekey:afterRotation\[1\]\.hostKey: missing; expected .*`ssh-keyscan -t ed25519 tw\.local`/,
    )
  })
})

const remote = noSshHosts === undefined ? describe : describe.skip

describeEngine("hooks after a rotation, on another host", () => {
  remote(noSshHosts ?? "with a real sshd", () => {
    let farm: Farm
    let agent: SshAgent

    beforeAll(async () => {
      farm = await startFarm(2)
      agent = await startSshAgent(farm.folder, join(farm.folder, "id"))
    })
    afterAll(async () => {
      agent?.stop()
      await farm?.stop()
    })

    const keyOf = (number: number) =>
      readFileSync(join(farm.folder, `${farm.host(number).name}-key.pub`), "utf8").trim()

    test("hooks run on their host with the token on standard input; a host with another key gets no token", async () => {
      const fleet = await hooksFleet({ SSH_AUTH_SOCK: agent.socket })
      const { address, home } = farm.host(1)
      const read = (name: string) => readFileSync(join(home, name), "utf8").trim().split("\n")
      const command = "sha256sum >>digest; hostname >>names"
      const hook = { name: "tell", host: `ssh://root@${address}` as const, token: true, command }
      fleet.declare(1, [{ ...hook, hostKey: keyOf(1) }])
      await fleet.says(0, "up", "--yes", "--skip-preview")
      await fleet.says(0, ...settled)
      expect(read("names")).toEqual([farm.host(1).name])
      fleet.declare(2, [{ ...hook, hostKey: keyOf(1) }])
      await fleet.says(0, "up", "--yes", "--skip-preview")
      expect(read("digest").map((line) => line.split(" ")[0])).toEqual([expect.anything(), fleet.digest()])

      fleet.declare(3, [{ ...hook, hostKey: keyOf(2) }])
      expect(await fleet.says(255, "up", "--yes")).toContain("ssh: handshake failed: ssh: host key mismatch")
      expect(read("names")).toHaveLength(2)
      fleet.declare(3, [{ ...hook, hostKey: keyOf(1), command: `${command}; exit 3` }])
      expect(await fleet.says(255, "up", "--yes")).toContain("Process exited with status 3: running")
      fleet.nothing()
    })
  })
})
