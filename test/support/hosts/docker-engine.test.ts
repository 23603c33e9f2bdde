import { execFileSync } from "node:child_process"
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs"
import { basename } from "node:path"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { type DockerEngine, noDockerEngine, startDockerEngine } from "./docker-engine.ts"
import { startFarm } from "./ssh-farm.ts"
import { busyboxRoot } from "./ssh-machine.ts"

const suite = noDockerEngine ? describe.skip : describe

suite(`a docker engine${noDockerEngine ? ` (${noDockerEngine})` : ""}`, () => {
  const before = thisMachine()
  let engine: DockerEngine
  beforeAll(async () => {
    engine = await startDockerEngine()
    engine.image("gatekey/busybox:1", busyboxRoot, ["ENV PATH=/bin", 'CMD ["sh"]'])
  })
  afterAll(() => engine?.stop())

  test("runs containers from an image that came from no registry", () => {
    expect(engine.docker("run", "--rm", "--env", "GREETING=hello", "gatekey/busybox:1", "env")).toContain(
      "GREETING=hello",
    )
  })

  test("publishes their ports on the loopback of its namespace, and nowhere else", async () => {
    const serve = 'echo "served" >/tmp/index.html && exec httpd -f -p 80 -h /tmp'
    engine.docker("run", "-d", "--name=web", "--publish=127.0.0.1:18789:80", "gatekey/busybox:1", "sh", "-c", serve)
    const patient = ["--retry", "20", "--retry-all-errors", "--retry-delay", "0"]
    expect(engine.within("curl", "-sf", ...patient, "http://127.0.0.1:18789/")).toBe("served\n")
    expect(engine.within("ss", "-ltnpH", "sport = 18789")).toContain("docker-proxy")
    expect(execFileSync("ss", ["-ltnpH", "sport = 18789"], { encoding: "utf8" })).not.toContain("docker-proxy")
    expect(thisMachine()).toEqual(before)
  })

  test("is that of a host, in the namespace of the host", async () => {
    const farm = await startFarm(1)
    onTestFinished(() => farm.stop())
    const { namespace } = farm.host(1)
    const one = await startDockerEngine(namespace)
    expect(one.within("ip", "-o", "link")).toMatch(/eth0@.*docker0:/s)
    await one.stop()
    expect(existsSync(`/run/netns/${namespace}`)).toBe(true)
  })

  test("leaves nothing", async () => {
    const one = await startDockerEngine()
    one.image("gatekey/busybox:1", busyboxRoot)
    one.docker("run", "-d", "--restart=always", "--volume=/data", "gatekey/busybox:1", "/bin/sleep", "1000")
    const folder = one.env.DOCKER_CONFIG.replace(/\/client$/, "")
    const groups = () => globSync(`/sys/fs/cgroup/{,*/}${basename(folder)}`).length
    expect([groups() > 0, processesOf(folder).length > 1]).toEqual([true, true])
    await one.stop()
    expect(processesOf(folder)).toEqual([])
    expect([groups(), existsSync(folder), existsSync(`/run/netns/${one.namespace}`)]).toEqual([0, false, false])
    expect(thisMachine()).toEqual(before)
  })
})

/** What an engine without a namespace would change here. */
function thisMachine(): unknown {
  const rules = execFileSync("iptables-save", { encoding: "utf8" })
  return {
    rules: /docker/i.test(rules),
    bridge: existsSync("/sys/class/net/docker0"),
    forwards: readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8"),
    mounts: /gatekey-docker-\w+\//.test(readFileSync("/proc/mounts", "utf8")),
    settings: readdirSync("/etc/docker"),
  }
}

/** The processes whose arguments name the folder. */
function processesOf(folder: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder)
    } catch {
      return false
    }
  })
}
