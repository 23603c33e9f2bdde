import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { WebSocket } from "ws"
import { guardFiles } from "../../probes/proxies/renewal.ts"
import { clientsMap, type ProxyClient } from "../../proxies/client.ts"
import { files, gatewayMap, guardConfiguration } from "../../proxies/guard.ts"
import { folder } from "../support/hosts/machine.ts"
import { freePort } from "../support/products/listener.ts"
import { startEcho } from "../support/proxies/echo.ts"
import { noHaproxy } from "../support/proxies/haproxy.ts"
import { pki } from "../support/proxies/pki.ts"
import { until } from "../support/until.ts"

const tw: ProxyClient = { name: "tw", generation: 1, role: "node" }

test.skipIf(noHaproxy)(
  `a guard loads its configuration again by itself, which drops nothing at once${noHaproxy ? ` (${noHaproxy})` : ""}`,
  async () => {
    const [at, own, echo, port] = [folder(), await pki(), await startEcho(), await freePort()]
    const { pem } = await own.make({ name: "studio", role: "guard", names: ["studio.test"] })
    const settings = { address: "127.0.0.1", port, gateway: echo.port, digest: "0", header: "x-gk-1", clients: [tw] }
    // A day of the test is two seconds.
    const [start = ""] = guardFiles().values()
    expect(start).toContain("-ge 86400")
    const texts = {
      [files.certificate]: pem,
      [files.authority]: own.authority.certificate,
      [files.clients]: clientsMap([tw]),
      [files.gateway]: gatewayMap("named"),
      [files.configuration]: guardConfiguration(settings),
      "start.sh": start.replace("86400", "2").replace("sleep 15", "sleep 0.2"),
    }
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(at, name), text, { mode: 0o600 })
    const child = spawn("/bin/sh", ["start.sh", "haproxy"], { cwd: at, stdio: "ignore" })
    const ended = once(child, "exit")
    onTestFinished(() => void child.kill("SIGKILL"))

    await until(async () => (await workersOf(at)).length > 0)
    const { key, certificate } = await own.make({ name: "tw" })
    const socket = new WebSocket(`wss://127.0.0.1:${port}`, { key, cert: certificate, rejectUnauthorized: false })
    onTestFinished(() => socket.terminate())
    await once(socket, "message")
    // In the midst of a reload the master names none.
    let before: readonly string[] = []
    await until(async () => {
      before = await workersOf(at)
      return before.length > 0
    })
    await until(async () => (await workersOf(at)).some((worker) => !before.includes(worker)))
    await until(async () => (await workersOf(at)).some((worker) => before.includes(worker)))
    expect(socket.readyState).toBe(WebSocket.OPEN)
    expect(readFileSync(`/proc/${child.pid}/comm`, "utf8").trim()).toBe("haproxy")

    child.kill("SIGTERM")
    await ended
    await until(async () => !before.some(isRunning))
  },
)

/** The ids of the workers, retired ones too. */
async function workersOf(at: string): Promise<string[]> {
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(join(at, files.master), () => socket.end("show proc\n"))
    let text = ""
    socket.on("data", (chunk) => {
      text += chunk
    })
    socket.on("close", () => resolve(text))
    socket.on("error", () => resolve(""))
  })
  return [...answer.matchAll(/^(\d+)\s+worker/gm)].map(([, id = ""]) => id)
}

function isRunning(pid: string): boolean {
  try {
    process.kill(Number(pid), 0)
    return true
  } catch {
    return false
  }
}
