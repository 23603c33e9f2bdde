import { CommanderError, Command as Words } from "commander"
import { errorCode } from "../core/errno.ts"
import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { endAll, exitProcess, onOrphaned, type Signal } from "../hosts/leaving.ts"
import { check } from "./check/check.ts"
import { type Command, NotChecked } from "./command.ts"
import { doctor } from "./doctor/doctor.ts"
import { history } from "./history/history.ts"
import { complain } from "./print.ts"
import { report } from "./report/report.ts"
import { rotate } from "./rotate/rotate.ts"
import { scan } from "./scan/scan.ts"

/** All that is under way ends, and nothing more is said. */
let ended = false

const commands: readonly Command<never>[] = [scan, doctor, check, report, rotate, history]

/** @returns the exit code: 0 done, 1 it cannot be done or something was found, 2 not understood or not seen */
async function main(args: readonly string[]): Promise<number> {
  let code = 0
  const gatekey = spoken(new Words("gatekey").exitOverride())
  for (const command of commands) {
    const words = spoken(gatekey.command(command.name), "gatekey ")
      .summary(command.summary)
      .description(command.description)
      .addHelpText("after", `\nExample:\n  ${command.example}`)
    command.define(words)
    words.action(async () => {
      code = await outcomeOf(command, words)
    })
  }
  try {
    await gatekey.parseAsync(args, { from: "user" })
    return code
  } catch (error) {
    // What it says was said.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
}

async function outcomeOf(command: Command<never>, words: Words): Promise<number> {
  try {
    return await command.run(words.args, words.opts() as never)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    complain(`gatekey ${command.name}: ${error.message}\n`)
    return command.looks || error instanceof NotChecked ? 2 : 1
  }
}

/** Has what was not understood told in one line, with nothing typed that could move a cursor. */
function spoken(words: Words, before = ""): Words {
  const name = before + words.name()
  return words.configureOutput({
    outputError(text, write) {
      const said = text.replace(/^error: |\.?\n$/g, "").replace(/\n(?=\(Did you mean )/, " ")
      write(`${name}: ${shown(said)}; see: ${name} --help\n`)
    },
  })
}

// Whoever reads may have seen enough, as `head` has.
process.stdout.on("error", (error) => {
  if (errorCode(error) !== "EPIPE") throw error
  process.exit()
})

// Ctrl-C, `kill`, and the end of the terminal.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => endBy(signal))
// npx passes a signal on to the shell between us alone.
if (process.env.npm_command === "exec") onOrphaned(() => endBy("SIGTERM"))

function endBy(signal: Signal): void {
  if (!ended) complain(`gatekey: ended by ${signal}\n`)
  ended = true
  // What a command still makes of a look that was cut short is not seen by anybody.
  process.stdout.write = process.stderr.write = () => true
  void endAll().then(() => exitProcess(signal))
}

// The launcher's own folder, of which what is started from here must not know: Pulumi runs a program of the user's.
if (process.env.NODE_COMPILE_CACHE?.endsWith("/node_modules/.cache/gatekey")) delete process.env.NODE_COMPILE_CACHE

/** A fault of ours: neither clean nor a finding. */
function fail(error: unknown): void {
  complain(`gatekey failed: ${(error as Error)?.stack ?? error}\n`)
  process.exitCode = 2
}

// Node would print what it says as it is.
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
