import { readFile } from "node:fs/promises"
import { text } from "node:stream/consumers"
import { inWords } from "../core/errno.ts"
import { shown } from "../core/escape.ts"
import { type Command, Unseen } from "./command.ts"
import { commentOf } from "./comment.ts"
import { hasFindings, outlookOf } from "./outlook.ts"
import { previewIn } from "./preview.ts"

export const report: Command<{ readonly json?: boolean }> = {
  name: "report",
  summary: "says in Markdown what a preview means, for a comment at a pull request",
  description: `Says what a \`pulumi up\` would do, in Markdown for a pull request's comment, from what \`pulumi preview --json\` printed. No token stands in it, and nothing in it can be markup of somebody else's.

Ends with 0 where nothing needs you, which a rotation that was asked for does not; with 1 where a place differs or something is warned of; with 2 where it could not be looked at, or the preview failed.`,
  example: "pulumi preview --json | npx gatekey report > comment.md",

  define(words) {
    words
      .argument("[file]", "what the preview printed; default: standard input")
      .option("--json", "the same for machines, without the escapes of Markdown")
  },

  async run([file], { json }) {
    const outlook = outlookOf(previewIn(await inputFrom(file)))
    process.stdout.write(json ? `${JSON.stringify(outlook, null, 2)}\n` : commentOf(outlook))
    if (!outlook.whole) throw new Unseen("the preview failed: what comes after its errors was not looked at")
    return hasFindings(outlook) ? 1 : 0
  },
}

async function inputFrom(file: string | undefined): Promise<string> {
  if (file === undefined) return await text(process.stdin)
  try {
    return await readFile(file, "utf8")
  } catch (error) {
    throw new Unseen(`${shown(file)}: ${inWords(error)}`)
  }
}
