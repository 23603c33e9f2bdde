import { Command as CommanderCommand } from "commander"
import { shown } from "../core/escape.ts"
import { check } from "./check/check.ts"
import type { Command } from "./command.ts"
import { completion } from "./completion/completion.ts"
import { doctor } from "./doctor/doctor.ts"
import { help } from "./help/help.ts"
import { history } from "./history/history.ts"
import { init } from "./init/init.ts"
import { report } from "./report/report.ts"
import { rotate } from "./rotate/rotate.ts"
import { scan } from "./scan/scan.ts"
import { token } from "./token/token.ts"

export const commands: readonly Command<never>[] = [
  scan,
  doctor,
  init,
  check,
  report,
  rotate,
  history,
  token,
  completion,
  help,
]

const after = `
Examples:
${[scan, doctor, rotate].map(({ example }) => `  ${example}`).join("\n")}

Exit codes: 0 done or clean, 1 failed or problems found, 2 wrong usage or could not check.`

/** Declares the command line. @param run what a command does */
export function programOf(run: (command: Command<never>, self: CommanderCommand) => Promise<void>): CommanderCommand {
  const program = withShortErrors(new CommanderCommand("gatekey").exitOverride())
  program
    .option("-V, --version", "print the versions of gatekey, Node.js, Pulumi, its plugins and the products found here")
    .addHelpText("after", after)
    .helpCommand(false)
  for (const command of commands) {
    const self = withShortErrors(program.command(command.name), "gatekey ")
      .summary(command.summary)
      .description(command.description)
      .addHelpText("after", `\nExample:\n  ${command.example}`)
    command.define(self)
    self.action(() => run(command, self))
  }
  return program
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
