import { Command as CommanderCommand, CommanderError } from "commander"
import { errorCode } from "../core/errno.ts"
import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { endAll, exitProcess, onOrphaned, type Signal } from "../hosts/leaving.ts"
import { check } from "./check/check.ts"
import { type Command, NotChecked } from "./command.ts"
import { doctor } from "./doctor/doctor.ts"
import { history } from "./history/history.ts"
import { init } from "./init/init.ts"
import { printError } from "./print.ts"
import { report } from "./report/report.ts"
import { rotate } from "./rotate/rotate.ts"
import { scan } from "./scan/scan.ts"

/** The run was ended by a signal: nothing more is printed. */
let ended = false

const commands: readonly Command<never>[] = [scan, doctor, init, check, report, rotate, history]

/** Runs a command. @returns the exit code: 0 done, 1 failed or problems found, 2 wrong usage or could not check */
async function main(args: readonly string[]): Promise<number> {
  let code = 0
  const gatekey = withShortErrors(new CommanderCommand("gatekey").exitOverride())
  for (const command of commands) {
    const commander = withShortErrors(gatekey.command(command.name), "gatekey ")
      .summary(command.summary)
      .description(command.description)
      .addHelpText("after", `\nExample:\n  ${command.example}`)
    command.define(commander)
    commander.action(async () => {
      code = await outcomeOf(command, commander)
    })
  }
  try {
    await gatekey.parseAsync(args, { from: "user" })
    return code
  } catch (error) {
    // Commander has printed its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
}

async function outcomeOf(command: Command<never>, commander: CommanderCommand): Promise<number> {
  try {
    return await command.run(commander.args, commander.opts() as never)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    printError(`gatekey ${command.name}: ${error.message}\n`)
    return command.checksOnly || error instanceof NotChecked ? 2 : 1
  }
}

/** Makes Commander report wrong usage in one line, with all typed text escaped. */
function withShortErrors(commander: CommanderCommand, before = ""): CommanderCommand {
  const name = before + commander.name()
  return commander.configureOutput({
    outputError(text, write) {
      const message = text.replace(/^error: |\.?\n$/g, "").replace(/\n(?=\(Did you mean )/, " ")
      write(`${name}: ${shown(message)}; see: ${name} --help\n`)
    },
  })
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
