import type { Command } from "./commands.ts"
import { calledBy } from "./exports.ts"

/** A command as a shell that reads the file comes to it. */
export interface Step {
  readonly command: Command
  /** The one behind it in the file. */
  readonly next: Command | undefined
  /** What it sets is not kept. */
  readonly apart: boolean
  /** The last of a pipe. */
  readonly inPipe: boolean
}

/** In file order, but that the body of a function is run where it is called last. */
export function* inOrder(commands: readonly Command[]): Generator<Step> {
  const bodies = bodiesIn(commands)
  const calls = new Map<string, Command>()
  const called = (command: Command) => (bodies.size === 0 || command.apart ? undefined : calledBy(command).name)
  for (const command of commands) {
    const name = called(command)
    if (name !== undefined && bodies.has(name)) calls.set(name, command)
  }
  for (const [index, command] of commands.entries()) {
    if (command.within === undefined || !calls.has(command.within)) yield stepOf(commands, index)
    const name = called(command)
    if (name !== undefined && calls.get(name) === command) yield* bodies.get(name) ?? []
  }
}

function bodiesIn(commands: readonly Command[]): Map<string, Step[]> {
  const bodies = new Map<string, Step[]>()
  for (const [index, command] of commands.entries()) {
    if (command.within === undefined) continue
    const body = bodies.get(command.within) ?? []
    body.push({ ...stepOf(commands, index), apart: isPutApart(command) })
    bodies.set(command.within, body)
  }
  return bodies
}

function stepOf(commands: readonly Command[], index: number): Step {
  const command = commands[index] as Command
  const inPipe = /^\|&?$/.test(command.before?.text ?? "")
  return { command, next: commands[index + 1], apart: command.apart || isPutApart(command), inPipe }
}

/** All but the last of a pipe, and what is put in the background, is a process of its own. */
function isPutApart({ after }: Command): boolean {
  return after !== undefined && /^(?:\||\|&|&)$/.test(after.text)
}

/** Whether nothing behind the command is read. */
export function leaves(command: Command): boolean {
  if (command.depth > 0 || !/^[\n;&]?$/.test(command.before?.text ?? "")) return false
  const { name, index } = calledBy(command)
  return name === "return" || name === "exit" || (name === "exec" && index + 1 < command.words.length)
}
