import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import type { Socket } from "node:net"
import { join, resolve } from "node:path"
import { createInterface } from "node:readline"

/** What a host runs from now on. */
export interface HostedProgram {
  readonly main: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** A process that runs one program after the other: see `program-host.ts`. */
export interface ProgramHost {
  readonly child: ChildProcess
  /** Makes a program its own. @returns the port that an engine connects to; undefined if the host has ended or is busy */
  turnTo(program: HostedProgram): Promise<string | undefined>
}

const root = resolve(import.meta.dirname, "../../..")
/** Hosts that no stack uses now, by the words that started them. */
const idle = new Map<string, ProgramHost[]>()

export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/**
 * Takes a host that an earlier stack of this file has left, or starts one.
 * @param prefix the words that start a command as another user
 * @param env of no stack: what a stack leaves behind is found by its folder in an environment
 */
export async function takeHost(
  prefix: readonly string[],
  env: Readonly<Record<string, string>>,
  program: HostedProgram,
): Promise<{ readonly host: ProgramHost; readonly port: string }> {
  for (;;) {
    const left = idle.get(prefix.join(" "))?.pop()
    const host = left ?? start(prefix, env)
    hold(host.child, true)
    const port = await host.turnTo(program)
    if (port !== undefined) return { host, port }
    await endHost(host)
    if (!left) throw new Error(`the program's host ended with ${host.child.exitCode ?? host.child.signalCode}`)
  }
}

/** Leaves a host to the next stack of this file. */
export function leaveHost(prefix: readonly string[], host: ProgramHost): void {
  if (hasEnded(host.child)) return
  const key = prefix.join(" ")
  hold(host.child, false)
  idle.set(key, [...(idle.get(key) ?? []), host])
}

/** Ends the hosts that no stack uses. */
export async function endIdleHosts(): Promise<void> {
  const hosts = [...idle.values()].flat()
  idle.clear()
  await Promise.all(hosts.map(endHost))
}

async function endHost({ child }: ProgramHost): Promise<void> {
  if (hasEnded(child)) return
  hold(child, true)
  const ended = once(child, "exit")
  child.stdin?.end()
  await ended
}

/** Whether this process waits for it at its own end; the host ends with its input, so with us at the latest. */
function hold(child: ChildProcess, isHeld: boolean): void {
  for (const each of [child, child.stdin as Socket, child.stdout as Socket]) isHeld ? each.ref() : each.unref()
}

function start(prefix: readonly string[], env: Readonly<Record<string, string>>): ProgramHost {
  const [file = "", ...words] = [...prefix, "node", join(root, "test/support/engine/program-host.ts")]
  const child = spawn(file, words, { cwd: root, env, stdio: ["pipe", "pipe", "inherit"] })
  const waiting: ((answer: string | undefined) => void)[] = []
  const end = () => {
    for (const answer of waiting.splice(0)) answer(undefined)
  }
  child.once("error", end).once("exit", end)
  child.stdin.on("error", end)
  createInterface(child.stdout).on("line", (line) => waiting.shift()?.(line === "busy" ? undefined : line))
  return {
    child,
    turnTo: (program) =>
      new Promise((answer) => {
        if (hasEnded(child)) return answer(undefined)
        waiting.push(answer)
        child.stdin.write(`${JSON.stringify(program)}\n`)
      }),
  }
}
