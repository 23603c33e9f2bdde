import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Foreign } from "../../../core/foreign.ts"
import { describeOwner, formatStopCommand } from "../../../probes/listeners/describe.ts"
import { describeEvictionFailure, evictionScript } from "../../../probes/listeners/evict.ts"
import { listGateways, listOwners, matchesSpec, type Owner } from "../../../probes/listeners/owner.ts"
import { parsePortSnapshot } from "../../../probes/listeners/parse.ts"
import { portScript } from "../../../probes/listeners/script.ts"
import { parseTaggedAnswer } from "../../../probes/services/script.ts"
import { type DockerEngine, noDockerEngine, startDockerEngine } from "../../support/hosts/docker-engine.ts"
import { busyboxRoot } from "../../support/hosts/ssh-machine.ts"

const name = "clawdbot-gateway-secure"
const serve = ["tools:1", "httpd", "-f", "-p", "80"]

describe.skipIf(noDockerEngine)(
  `a container [${noDockerEngine ?? "a docker engine of its own"}]`,
  { timeout: 600_000 },
  () => {
    let engine: DockerEngine
    beforeAll(async () => {
      engine = await startDockerEngine()
      engine.image("tools:1", busyboxRoot, ["ENV PATH=/bin"])
    }, 120_000)
    afterAll(() => engine?.stop(), 60_000)

    /** A script on the host that the containers run on. */
    function run(script: string, args: readonly string[]): { code: number; stdout: Buffer; stderr: string } {
      try {
        return { code: 0, stdout: Buffer.from(engine.within("/bin/sh", "-c", script, "gatekey", ...args)), stderr: "" }
      } catch (error) {
        const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string }
        return { code: status, stdout: Buffer.from(stdout), stderr }
      }
    }
    function look(port: number) {
      const { script, args } = portScript(port, undefined)
      const answer = parseTaggedAnswer(run(script, args).stdout)
      if (!answer) throw new Error("no answer")
      return parsePortSnapshot(answer, port, undefined)
    }
    function evict(owner: Owner | undefined): string | undefined {
      const action = owner && evictionScript(owner)
      if (!action) return "is not stopped by gatekey"
      const { code, stderr } = run(action.script, action.args)
      return describeEvictionFailure(code, new Foreign(stderr))
    }
    const state = (of: string) =>
      engine.docker("inspect", "-f", "{{.State.Running}} {{.HostConfig.RestartPolicy.Name}}", of).trim()

    test("that publishes the port is described and stopped, does not restart, and is not removed", () => {
      engine.docker(
        "run",
        "-d",
        "--stop-timeout=1",
        "--name",
        name,
        "--restart",
        "always",
        "-p",
        "127.0.0.1:18789:80",
        ...serve,
      )
      const snapshot = look(18789)
      const owners = listOwners(snapshot)
      expect(owners.map((owner) => describeOwner(owner, snapshot, ""))).toEqual([`docker container ${name}`])
      expect(owners.map((owner) => formatStopCommand(owner, 18789, snapshot))).toEqual([
        `docker update --restart=no ${name} && docker stop ${name}`,
      ])
      expect(listGateways(snapshot)).toContainEqual(owners[0])
      expect(owners.map((owner) => matchesSpec(owner, `docker:${name}`))).toEqual([true])
      expect(evict(owners[0])).toBeUndefined()
      expect(state(name)).toBe("false no")
      expect(listOwners(look(18789))).toEqual([])
      expect(evict(owners[0])).toContain("another process has taken its place")
    })

    test("in the host's own network is described too", () => {
      engine.docker(
        "run",
        "-d",
        "--stop-timeout=1",
        "--name",
        "hosted",
        "--network",
        "host",
        "tools:1",
        "httpd",
        "-f",
        "-p",
        "18790",
      )
      const snapshot = look(18790)
      expect(listOwners(snapshot).map((owner) => describeOwner(owner, snapshot, ""))).toEqual([
        "docker container hosted",
      ])
    })

    test("that another of the same name has replaced is skipped", () => {
      engine.docker("run", "-d", "--stop-timeout=1", "--name", "again", "-p", "127.0.0.1:18791:80", ...serve)
      const [owner] = listOwners(look(18791))
      engine.docker("rm", "-f", "again")
      engine.docker("run", "-d", "--stop-timeout=1", "--name", "again", "-p", "127.0.0.1:18791:80", ...serve)
      expect(evict(owner)).toContain("another process has taken its place")
      expect(state("again")).toBe("true no")
    })

    test("that docker removes when it stops is not stopped", () => {
      engine.docker("run", "-d", "--rm", "--name", "fleeting", "-p", "127.0.0.1:18792:80", ...serve)
      expect(evict(listOwners(look(18792))[0])).toContain("--rm")
      expect(state("fleeting")).toMatch(/^true/)
    })
  },
)
