import { InvalidArgumentError } from "commander"
import { gatekeyCommand } from "../../core/command-line.ts"
import { UserError } from "../../core/errors.ts"
import { hostOf } from "../../hosts/index.ts"
import { type Command, NotChecked } from "../command.ts"
import { mostOfPreview, readInput } from "../input.ts"
import { jsonText, print } from "../print.ts"
import { previewIn } from "../stack/preview.ts"
import { commentOf } from "./comment.ts"
import { hasFindings, outlookOf } from "./outlook.ts"
import { pageOf } from "./page/page.ts"

export const report: Command<{ readonly json?: boolean; readonly html?: string }> = {
  name: "report",
  summary: "describes a preview in Markdown, for a pull request's comment",
  description: `Describes what a \`pulumi up\` would do, in Markdown for a pull request's comment, from the output of \`pulumi preview --json\`. It contains no token, and no foreign markup.

Exit codes: 0 no action needed (a requested rotation needs none), 1 a place differs or there is a warning, 2 it could not be read, or the preview failed.`,
  example: `pulumi preview --json | ${gatekeyCommand} report --html report.html > comment.md`,

  define(command) {
    command
      .argument("[file]", "the preview's output; default: standard input")
      .option(
        "--html <page.html>",
        "also write a page with a picture of the fleet: one file that loads and runs nothing, readable only by you",
        pageName,
      )
      .option("--json", "print JSON, without the escapes of Markdown")
  },

  async run([file], { json, html }) {
    const outlook = outlookOf(previewIn(await readInput(file, mostOfPreview, "the output of `pulumi preview --json`")))
    if (html !== undefined) await writePage(html, pageOf(outlook))
    print(json ? jsonText(outlook) : commentOf(outlook))
    if (!outlook.whole) throw new NotChecked("the preview failed: what follows its errors was not checked")
    return hasFindings(outlook) ? 1 : 0
  },
}

/** Writes the page. @throws NotChecked if that fails: then the file is unchanged */
async function writePage(page: string, text: string): Promise<void> {
  try {
    await hostOf("local").edit(page, () => ({ bytes: Buffer.from(text) }))
  } catch (error) {
    throw error instanceof UserError ? new NotChecked(error.message) : error
  }
}

/** Checks the page's name, so that the option does not overwrite a preview. */
function pageName(name: string): string {
  if (/\.html?$/.test(name)) return name
  throw new InvalidArgumentError("Expected the name of the page to write, such as report.html")
}
