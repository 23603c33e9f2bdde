import { execFileSync } from "node:child_process"
import { describe, expect, test } from "vitest"
import { local } from "../../../hosts/local.ts"
import { describeOwner } from "../../../probes/listeners/describe.ts"
import { gatewaysIn, ownersIn } from "../../../probes/listeners/owner.ts"
import { read } from "../../../probes/listeners/read.ts"
import { portScript, type SocketSource } from "../../../probes/listeners/script.ts"
import { answerIn } from "../../../probes/services/script.ts"
import { nobody, noRoot } from "../../support/hosts/machine.ts"
import { freePort, listens } from "../../support/products/listener.ts"
import { strong } from "../../support/tokens.ts"

/** Shells and tools by which a host may run the script. */
const shells = { sh: ["/bin/sh"], busybox: ["busybox", "sh"], bash: ["bash", "--posix"] } as const

async function look(port: number, asked: SocketSource = "any", run = here) {
  const { script, args } = portScript(port, undefined, asked)
  const stdout = await run(script, args)
  const answer = answerIn(stdout)
  if (!answer) throw new Error(`no answer: ${stdout}`)
  return { snapshot: read(answer, port, undefined), stdout }
}

async function here(script: string, args: readonly string[]) {
  return Buffer.from((await local.run(script, { args })).stdout)
}

function words(snapshot: Awaited<ReturnType<typeof look>>["snapshot"]): string[] {
  return ownersIn(snapshot).map((owner) => describeOwner(owner, snapshot, "a second gateway"))
}

const linux = process.platform === "linux"
const ways: readonly SocketSource[] = linux ? ["kernel", "lsof"] : ["lsof"]

describe.each(ways)("who listens, asked of the %s", (asked) => {
  test("nobody", async () => {
    expect(words((await look(await freePort(), asked)).snapshot)).toEqual([])
  })

  test("a process, by its program and script, whatever its arguments are", async () => {
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
    expect(gatewaysIn(snapshot)).toContainEqual(expect.objectContaining({ process: snapshot.processes.get(pid) }))
  })

  test("two at once, on different addresses", async () => {
    const port = await freePort()
    const one = await listens(port)
    const two = await listens(port, { address: "127.0.0.2", script: "second.cjs" })
    const { snapshot } = await look(port, asked)
    expect(words(snapshot).sort()).toEqual(
      [`pid ${one.pid} node other-server.cjs`, `pid ${two.pid} node second.cjs`].sort(),
    )
  })

  test("over IPv6", async () => {
    const port = await freePort()
    const { pid } = await listens(port, { address: "::1" })
    expect((await look(port, asked)).snapshot.sockets).toEqual([
      { address: "::1", uid: process.getuid?.(), pids: [pid] },
    ])
  })
})

test.skipIf(!linux).each(Object.entries(shells))("the same is seen through %s", async (_, [shell, ...first]) => {
  const port = await freePort()
  const { pid } = await listens(port)
  const through = async (script: string, args: readonly string[]) =>
    execFileSync(shell, [...first, "-c", script, "gatekey", ...args], { stdio: ["ignore", "pipe", "ignore"] })
  expect(words((await look(port, "kernel", through)).snapshot)).toEqual([`pid ${pid} node other-server.cjs`])
})

test.skipIf(!linux)("what a log-in shell prints around it disturbs nothing", async () => {
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
