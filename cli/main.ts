import { type Command as CommanderCommand, CommanderError } from "commander"
import { errorCode } from "../core/errno.ts"
import { UserError } from "../core/errors.ts"
import { endAll, exitProcess, onOrphaned, type Signal } from "../hosts/leaving.ts"
import { type Command, NotChecked } from "./command.ts"
import { print, printError } from "./print.ts"
import { programOf } from "./program.ts"

/** The run was ended by a signal: nothing more is printed. */
let ended = false

/** Runs a command. @returns the exit code: 0 done, 1 failed or problems found, 2 wrong usage or could not check */
async function main(args: readonly string[]): Promise<number> {
  if (["--version", "-V"].includes(args[0] ?? "")) {
    const { describeVersions } = await import("./version.ts")
    print(await describeVersions())
    return 0
  }
  let code = 0
  const program = programOf(async (command, self) => {
    code = await outcomeOf(command, self)
  })
  try {
    await program.parseAsync(args, { from: "user" })
    return code
  } catch (error) {
    // Commander has printed its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
}

async function outcomeOf(command: Command<never>, commander: CommanderCommand): Promise<number> {
  try {
    const { run } = await command.load()
    return await run(commander.args, commander.opts() as never, commander)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    printError(`gatekey ${command.name}: ${error.message}\n`)
    return command.checksOnly || error instanceof NotChecked ? 2 : 1
  }
}

// The reader may close the pipe early, as `head` does.
process.stdout.on("error", (error) => {
  if (errorCode(error) !== "EPIPE") throw error
  process.exit()
})

// Ctrl-C, `kill`, and the end of the terminal.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => endBy(signal))
// npx sends a signal only to the shell between it and us.
if (process.env.npm_command === "exec") onOrphaned(() => endBy("SIGTERM"))

function endBy(signal: Signal): void {
  if (!ended) printError(`gatekey: ended by ${signal}\n`)
  ended = true
  // An interrupted command prints nothing more.
  process.stdout.write = process.stderr.write = () => true
  void endAll().then(() => exitProcess(signal))
}

// The launcher's own cache, which child processes must not use: Pulumi runs the user's program.
if (process.env.NODE_COMPILE_CACHE?.endsWith("/node_modules/.cache/gatekey")) delete process.env.NODE_COMPILE_CACHE

/** Reports our own fault: neither clean nor a finding. */
function fail(error: unknown): void {
  printError(`gatekey failed: ${(error as Error)?.stack ?? error}\n`)
  process.exitCode = 2
}

// Node would print its message raw.
process.on("uncaughtException", (error) => {
  fail(error)
  process.exit()
})

try {
  const code = await main(process.argv.slice(2))
  if (!ended) process.exitCode = code
} catch (error) {
  fail(error)
}
