import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Foreign } from "../../../core/foreign.ts"
import { describeOwner, stopCommand } from "../../../probes/listeners/describe.ts"
import { eviction, evictionProblem } from "../../../probes/listeners/evict.ts"
import { gatewaysIn, matches, type Owner, ownersIn } from "../../../probes/listeners/owner.ts"
import { read } from "../../../probes/listeners/read.ts"
import { portScript } from "../../../probes/listeners/script.ts"
import { answerIn } from "../../../probes/services/script.ts"
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
      const answer = answerIn(run(script, args).stdout)
      if (!answer) throw new Error("no answer")
      return read(answer, port, undefined)
    }
    function evict(owner: Owner | undefined): string | undefined {
      const action = owner && eviction(owner)
      if (!action) return "is not stopped by gatekey"
      const { code, stderr } = run(action.script, action.args)
      return evictionProblem(code, new Foreign(stderr))
    }
    const state = (of: string) =>
      engine.docker("inspect", "-f", "{{.State.Running}} {{.HostConfig.RestartPolicy.Name}}", of).trim()

    test("that publishes the port is named, stopped, does not come back, and is there still", () => {
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
      const owners = ownersIn(snapshot)
      expect(owners.map((owner) => describeOwner(owner, snapshot, ""))).toEqual([`docker container ${name}`])
      expect(owners.map((owner) => stopCommand(owner, 18789, snapshot))).toEqual([
        `docker update --restart=no ${name} && docker stop ${name}`,
      ])
      expect(gatewaysIn(snapshot)).toContainEqual(owners[0])
      expect(owners.map((owner) => matches(owner, `docker:${name}`))).toEqual([true])
      expect(evict(owners[0])).toBeUndefined()
      expect(state(name)).toBe("false no")
      expect(ownersIn(look(18789))).toEqual([])
      expect(evict(owners[0])).toContain("another one has taken its place")
    })

    test("in the host's own network is named as well", () => {
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
      expect(ownersIn(snapshot).map((owner) => describeOwner(owner, snapshot, ""))).toEqual(["docker container hosted"])
    })

    test("that another of the same name has replaced is left alone", () => {
      engine.docker("run", "-d", "--stop-timeout=1", "--name", "again", "-p", "127.0.0.1:18791:80", ...serve)
      const [owner] = ownersIn(look(18791))
      engine.docker("rm", "-f", "again")
      engine.docker("run", "-d", "--stop-timeout=1", "--name", "again", "-p", "127.0.0.1:18791:80", ...serve)
      expect(evict(owner)).toContain("another one has taken its place")
      expect(state("again")).toBe("true no")
    })

    test("that docker removes when it stops is left to the user", () => {
      engine.docker("run", "-d", "--rm", "--name", "fleeting", "-p", "127.0.0.1:18792:80", ...serve)
      expect(evict(ownersIn(look(18792))[0])).toContain("--rm")
      expect(state("fleeting")).toMatch(/^true/)
    })
  },
)
