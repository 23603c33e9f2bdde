import { UserError } from "../../core/errors.ts"
import { hostOf } from "../../hosts/index.ts"
import type { Run } from "../command.ts"
import { NotChecked } from "../command.ts"
import { mostOfPreview, readInput } from "../input.ts"
import { jsonText, print } from "../print.ts"
import { previewIn } from "../stack/preview.ts"
import { commentOf } from "./comment.ts"
import { hasFindings, outlookOf } from "./outlook.ts"
import { pageOf } from "./page/page.ts"

export interface Options {
  readonly json?: boolean
  readonly html?: string
}

export const run: Run<Options> = async ([file], { json, html }) => {
  const outlook = outlookOf(previewIn(await readInput(file, mostOfPreview, "the output of `pulumi preview --json`")))
  if (html !== undefined) await writePage(html, pageOf(outlook))
  print(json ? jsonText(outlook) : commentOf(outlook))
  if (!outlook.whole) throw new NotChecked("the preview failed: what follows its errors was not checked")
  return hasFindings(outlook) ? 1 : 0
}

/** Writes the page. @throws NotChecked if that fails: then the file is unchanged */
async function writePage(page: string, text: string): Promise<void> {
  try {
    await hostOf("local").edit(page, () => ({ bytes: Buffer.from(text) }))
  } catch (error) {
    throw error instanceof UserError ? new NotChecked(error.message) : error
  }
}
