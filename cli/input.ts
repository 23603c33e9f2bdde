import { createReadStream } from "node:fs"
import { describeErrno } from "../core/errno.ts"
import { shown } from "../core/escape.ts"
import { ByteCollector } from "../core/gathered.ts"
import { NotChecked } from "./command.ts"

/** Bytes: of a stack's file, and of what a preview printed. */
export const mostOfStack = 1_048_576
export const mostOfPreview = 64 * 1_048_576

/**
 * Reads what the user names: a file or a pipe; standard input where nothing is named.
 * @throws Unseen when it cannot be read, or has more than so many bytes
 */
export async function inputText(file: string | undefined, most: number, expected: string): Promise<string> {
  const name = file === undefined ? "standard input" : shown(file)
  const gathered = new ByteCollector(most)
  try {
    for await (const chunk of file === undefined ? process.stdin : createReadStream(file)) {
      if (!gathered.add(chunk)) throw new NotChecked(`has more than ${most / 1_048_576} MB, expected ${expected}`)
    }
  } catch (error) {
    throw new NotChecked(`${name}${error instanceof NotChecked ? ` ${error.message}` : `: ${describeErrno(error)}`}`)
  }
  return gathered.text
}
