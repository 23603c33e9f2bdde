import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { type Command, Unseen, UsageError } from "./command.ts"
import { report } from "./report.ts"
import { rotate } from "./rotate.ts"

const commands: { readonly [name: string]: Command } = { report, rotate }

const help = `gatekey COMMAND [OPTION]...

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join("\n")}

gatekey COMMAND --help tells its options.
`

/** @returns the exit code: 0 done, 1 it cannot be done or something was found, 2 not understood or not seen */
async function main([name, ...args]: readonly string[]): Promise<number> {
  const asked = (word: string | undefined) => word === "--help" || word === "-h"
  if (asked(name)) return tell(process.stdout, help, 0)
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    const what = name === undefined ? "which command?" : `there is no command ${shown(name)};`
    return tell(process.stderr, `gatekey: ${what} see: gatekey --help\n`, 2)
  }
  if (args.some(asked)) return tell(process.stdout, command.help, 0)
  try {
    return await command.run(args)
  } catch (error) {
    if (error instanceof UsageError)
      return tell(process.stderr, `gatekey ${name}: ${error.message}; see: gatekey ${name} --help\n`, 2)
    if (error instanceof UserError)
      return tell(process.stderr, `gatekey ${name}: ${error.message}\n`, error instanceof Unseen ? 2 : 1)
    throw error
  }
}

function tell(stream: NodeJS.WriteStream, text: string, code: number): number {
  stream.write(text)
  return code
}

process.exitCode = await main(process.argv.slice(2))
