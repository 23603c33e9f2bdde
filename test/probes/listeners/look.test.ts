import { execFileSync } from "node:child_process"
import { describe, expect, test } from "vitest"
import { local } from "../../../hosts/local.ts"
import { describeOwner } from "../../../probes/listeners/describe.ts"
import { listGateways, listOwners } from "../../../probes/listeners/owner.ts"
import { parsePortSnapshot } from "../../../probes/listeners/parse.ts"
import { portScript, type SocketSource } from "../../../probes/listeners/script.ts"
import { parseTaggedAnswer } from "../../../probes/services/script.ts"
import { nobody, noRoot } from "../../support/hosts/machine.ts"
import { freePort, listens } from "../../support/products/listener.ts"
import { strong } from "../../support/tokens.ts"

/** Shells and tools with which a host may run the script. */
const shells = { sh: ["/bin/sh"], busybox: ["busybox", "sh"], bash: ["bash", "--posix"] } as const

async function look(port: number, asked: SocketSource = "any", run = here) {
  const { script, args } = portScript(port, undefined, asked)
  const stdout = await run(script, args)
  const answer = parseTaggedAnswer(stdout)
  if (!answer) throw new Error(`no answer: ${stdout}`)
  return { snapshot: parsePortSnapshot(answer, port, undefined), stdout }
}

async function here(script: string, args: readonly string[]) {
  return Buffer.from((await local.run(script, { args })).stdout)
}

function words(snapshot: Awaited<ReturnType<typeof look>>["snapshot"]): string[] {
  return listOwners(snapshot).map((owner) => describeOwner(owner, snapshot, "a second gateway"))
}

const linux = process.platform === "linux"
const ways: readonly SocketSource[] = linux ? ["kernel", "lsof"] : ["lsof"]

describe.each(ways)("the owners of a port, read from the %s", (asked) => {
  test("none", async () => {
    expect(words((await look(await freePort(), asked)).snapshot)).toEqual([])
  })

  test("a process, described by its program and script, without arguments", async () => {
    const port = await freePort()
    const token = strong()
    const { pid } = await listens(port, { args: ["--token", token, `--auth=${token}`] })
    const { snapshot } = await look(port, asked)
    expect(words(snapshot)).toEqual([`pid ${pid} node other-server.cjs`])
    expect(JSON.stringify([snapshot, [...snapshot.processes.values()]])).not.toContain(token)
  })

  test("a gateway, by its command", async () => {
    const port = await freePort()
    const { pid } = await listens(port, { script: "openclaw/openclaw.mjs", args: ["gateway", "run"] })
    const { snapshot } = await look(port, asked)
    expect(words(snapshot)).toEqual([`pid ${pid} openclaw gateway (a second gateway)`])
    expect(listGateways(snapshot)).toContainEqual(expect.objectContaining({ process: snapshot.processes.get(pid) }))
  })

  test("two owners on different addresses", async () => {
    const port = await freePort()
    const one = await listens(port)
    const two = await listens(port, { address: "127.0.0.2", script: "second.cjs" })
    const { snapshot } = await look(port, asked)
    expect(words(snapshot).sort()).toEqual(
      [`pid ${one.pid} node other-server.cjs`, `pid ${two.pid} node second.cjs`].sort(),
    )
  })

  test("an owner on IPv6", async () => {
    const port = await freePort()
    const { pid } = await listens(port, { address: "::1" })
    expect((await look(port, asked)).snapshot.sockets).toEqual([
      { address: "::1", uid: process.getuid?.(), pids: [pid] },
    ])
  })
})

test.skipIf(!linux).each(Object.entries(shells))("reads the owners in the shell %s", async (_, [shell, ...first]) => {
  const port = await freePort()
  const { pid } = await listens(port)
  const through = async (script: string, args: readonly string[]) =>
    execFileSync(shell, [...first, "-c", script, "gatekey", ...args], { stdio: ["ignore", "pipe", "ignore"] })
  expect(words((await look(port, "kernel", through)).snapshot)).toEqual([`pid ${pid} node other-server.cjs`])
})

test.skipIf(!linux)("ignores other output of a log-in shell", async () => {
  const port = await freePort()
  const { pid } = await listens(port)
  const noisy = (script: string, args: readonly string[]) => here(`echo Welcome; echo; ${script}\necho bye`, args)
  expect(words((await look(port, "any", noisy)).snapshot)).toEqual([`pid ${pid} node other-server.cjs`])
})

test.skipIf(!linux || noRoot)(
  `another user's process cannot be seen, and that is said [${noRoot ?? "root"}]`,
  async () => {
    const port = await freePort()
    await listens(port)
    const asNobody = async (script: string, args: readonly string[]) => {
      const drop = [`--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"]
      return execFileSync("setpriv", [...drop, "/bin/sh", "-c", script, "gatekey", ...args], { cwd: "/" })
    }
    const { snapshot } = await look(port, "kernel", asNobody)
    expect(words(snapshot)).toEqual(["a process of root (uid 0), which cannot be seen from here"])
  },
)
