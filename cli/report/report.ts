import { InvalidArgumentError } from "commander"
import { gatekeyCommand } from "../../core/command-line.ts"
import { UserError } from "../../core/errors.ts"
import { hostOf } from "../../hosts/index.ts"
import { type Command, NotChecked } from "../command.ts"
import { inputText, mostOfPreview } from "../input.ts"
import { jsonText, print } from "../print.ts"
import { previewIn } from "../stack/preview.ts"
import { commentOf } from "./comment.ts"
import { hasFindings, outlookOf } from "./outlook.ts"
import { pageOf } from "./page/page.ts"

export const report: Command<{ readonly json?: boolean; readonly html?: string }> = {
  name: "report",
  summary: "says in Markdown what a preview means, for a comment at a pull request",
  description: `Says what a \`pulumi up\` would do, in Markdown for a pull request's comment, from what \`pulumi preview --json\` printed. No token stands in it, and nothing in it can be markup of somebody else's.

Ends with 0 where nothing needs you, which a rotation that was asked for does not; with 1 where a place differs or something is warned of; with 2 where it could not be looked at, or the preview failed.`,
  example: `pulumi preview --json | ${gatekeyCommand} report --html report.html > comment.md`,

  define(words) {
    words
      .argument("[file]", "what the preview printed; default: standard input")
      .option(
        "--html <page.html>",
        "writes a page as well, with a picture of the fleet: one file that loads and runs nothing, and can be read by you alone until you give it to others",
        pageName,
      )
      .option("--json", "the same for machines, without the escapes of Markdown")
  },

  async run([file], { json, html }) {
    const outlook = outlookOf(previewIn(await inputText(file, mostOfPreview, "what `pulumi preview --json` prints")))
    if (html !== undefined) await write(html, pageOf(outlook))
    print(json ? jsonText(outlook) : commentOf(outlook))
    if (!outlook.whole) throw new NotChecked("the preview failed: what comes after its errors was not looked at")
    return hasFindings(outlook) ? 1 : 0
  },
}

/** @throws Unseen, as who asked for the page has not seen it: the file is as it was */
async function write(page: string, text: string): Promise<void> {
  try {
    await hostOf("local").edit(page, () => ({ bytes: Buffer.from(text) }))
  } catch (error) {
    throw error instanceof UserError ? new NotChecked(error.message) : error
  }
}

/** Else a preview that was meant to be read would be written over. */
function pageName(name: string): string {
  if (/\.html?$/.test(name)) return name
  throw new InvalidArgumentError("It names the page to write, such as report.html")
}
