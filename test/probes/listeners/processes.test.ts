import { describe, expect, test } from "vitest"
import { parsePublishingContainer } from "../../../probes/listeners/containers.ts"
import { parseProcesses } from "../../../probes/listeners/processes.ts"
import { parseTaggedAnswer } from "../../../probes/services/script.ts"

function processes(...lines: string[]) {
  const answer = parseTaggedAnswer(Buffer.from([...lines, "end"].map((line) => `gk:${line}`).join("\n")))
  if (!answer) throw new Error("no answer")
  return parseProcesses(answer)
}

const stat = (pid: number, parent: number, name = "node", start = 900) => `process ${pid} ${parent} ${start} ${name}`
const id = "0123456789abcdef".repeat(4)

test("parses a process from the kernel's files", () => {
  const found = processes(stat(7, 1, "a) S (b"), "user 7 501", "program 7 /usr/bin/node", "words 7 node\t/x/a.js\t")
  expect(found.get(7)).toEqual({ pid: 7, parent: 1, start: "900", uid: 501, program: "node", script: "a.js" })
})

test("a process with unreadable files has only its name", () => {
  expect(processes(stat(7, 1, "sshd"), "program 7 ").get(7)).toMatchObject({ program: "sshd" })
})

test("parses a process from ps", () => {
  const line = "ps 7     1   501 Tue Nov  3 05:27:28 2026 node /x/a.js --token=t "
  const found = processes(line, "program 7 /opt/homebrew/bin/node")
  const start = "Tue Nov 3 05:27:28 2026"
  expect(found.get(7)).toEqual({ pid: 7, parent: 1, start, uid: 501, program: "node", script: "a.js" })
})

describe("the title that all gateway commands share", () => {
  const titled = (...more: string[]) => processes(stat(7, 1), "words 7 openclaw-gateway\t", ...more).get(7)
  test.each([
    ["does not listen", ["listens 7 "], true],
    ["listens", ["listens 7 0x4965 0x4966 "], undefined],
    ["has unreadable sockets", [], undefined],
    ["belongs to a service", ["listens 7 ", "group 7 0::/app.slice/a.service"], undefined],
    ["belongs to a container", ["listens 7 ", `group 7 0::/docker/${id}`], undefined],
  ])("of a process that %s", (_, lines, mayBeCommand) => {
    expect([titled(...lines)?.gateway, titled(...lines)?.mayBeCommand]).toEqual(["openclaw", mayBeCommand])
  })

  test("is ignored for a gateway with arguments", () => {
    const found = processes(stat(7, 1), "words 7 node\t/x/openclaw.mjs\tgateway\trun\t", "listens 7 ")
    expect(found.get(7)?.mayBeCommand).toBeUndefined()
  })

  test("is recognised in ps", () => {
    const line = "ps 7     1   501 Tue Nov  3 05:27:28 2026 openclaw-gateway "
    expect(processes(line, "listens 7 ").get(7)).toMatchObject({ gateway: "openclaw", mayBeCommand: true })
  })
})

describe("the service that restarts a process", () => {
  const user = "/user.slice/user-501.slice/user@501.service/app.slice"
  test.each([
    [`0::${user}/openclaw-gateway.service`, { manager: "systemd", name: "openclaw-gateway.service", system: false }],
    [`1:name=systemd:${user}/a.service/sub`, { manager: "systemd", name: "a.service", system: false }],
    ["0::/system.slice/haproxy.service", { manager: "systemd", name: "haproxy.service", system: true }],
    ["0::/app.slice/a.service", { manager: "systemd", name: "a.service", system: false }],
    ["0::/user.slice/user-501.slice/session-3.scope", undefined],
    ["0::/user.slice/user-501.slice/user@501.service/init.scope", undefined],
    ["0::/", undefined],
  ])("is found by control group %s", (group, service) => {
    expect(processes(stat(7, 1), `group 7 ${group}`).get(7)?.service).toEqual(service)
  })

  test("is a launchd job, found by its process or an ancestor", () => {
    const found = processes(
      stat(7, 1),
      stat(8, 7),
      "job PID\tStatus\tLabel",
      "job 7\t0\tai.openclaw.gateway",
      "job -\t78\tx",
    )
    const service = { manager: "launchd", name: "ai.openclaw.gateway", system: false }
    expect([7, 8].map((pid) => found.get(pid)?.service)).toEqual([service, service])
  })
})

test.each([`0::/system.slice/docker-${id}.scope`, `4:memory:/docker/${id}`, `0::/kubepods/pod1/${id}`])(
  "recognises a container's process by control group %s",
  (group) => {
    expect(processes(stat(7, 1), `group 7 ${group}`).get(7)).toMatchObject({ container: id })
  },
)

describe("a line of docker ps", () => {
  test.each([
    ["127.0.0.1:18789->18789/tcp", true],
    ["80/tcp, 0.0.0.0:18789->80/tcp, :::18789->80/tcp", true],
    ["0.0.0.0:18780-18790->80-90/tcp", true],
    ["18789/tcp", false],
    ["0.0.0.0:18790->18789/tcp", false],
    ["0.0.0.0:18789->53/udp", false],
    ["", false],
  ])("with the ports %j", (ports, publishes) => {
    const container = parsePublishingContainer(`${id}\told\timage\t${ports}`, 18789)
    expect([`${container?.name}`, container?.publishes]).toEqual(["old", publishes])
  })

  test("gives a container its own name, not that of a link", () => {
    const container = parsePublishingContainer(`${id}\tother/alias,old\timage\t`, 1)
    expect([`${container?.name}`, container?.gateway]).toEqual(["old", false])
  })

  test("is a gateway if its name or image says so", () => {
    expect(parsePublishingContainer(`${id}\tclawdbot-gateway-secure\tx\t`, 1)?.gateway).toBe(true)
    expect(parsePublishingContainer(`${id}\tgw\tghcr.io/openclaw/openclaw:latest\t`, 1)?.gateway).toBe(true)
  })

  test("is skipped if it is an error of docker", () => {
    expect(parsePublishingContainer("Cannot connect to the Docker daemon", 1)).toBeUndefined()
  })
})
