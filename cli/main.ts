import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { type Command, UsageError } from "./command.ts"
import { rotate } from "./rotate.ts"

const commands: { readonly [name: string]: Command } = { rotate }

const help = `gatekey COMMAND [OPTION]...

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join("\n")}

gatekey COMMAND --help tells its options.
`

/** @returns the exit code: 0 done, 1 it cannot be done, 2 it was not understood */
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
    await command.run(args)
    return 0
  } catch (error) {
    if (error instanceof UsageError)
      return tell(process.stderr, `gatekey ${name}: ${error.message}; see: gatekey ${name} --help\n`, 2)
    if (error instanceof UserError) return tell(process.stderr, `gatekey ${name}: ${error.message}\n`, 1)
    throw error
  }
}

function tell(stream: NodeJS.WriteStream, text: string, code: number): number {
  stream.write(text)
  return code
}

process.exitCode = await main(process.argv.slice(2))
