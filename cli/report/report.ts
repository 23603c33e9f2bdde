import { InvalidArgumentError } from "commander"
import { gatekeyCommand } from "../../core/command-line.ts"
import type { Command } from "../command.ts"
import type { Options } from "./run.ts"

export const report: Command<Options> = {
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

  load: () => import("./run.ts"),
}

/** Checks the page's name, so that the option does not overwrite a preview. */
function pageName(name: string): string {
  if (/\.html?$/.test(name)) return name
  throw new InvalidArgumentError("Expected the name of the page to write, such as report.html")
}
