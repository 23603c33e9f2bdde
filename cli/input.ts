import { createReadStream } from "node:fs"
import { describeErrno } from "../core/errno.ts"
import { shown } from "../core/escape.ts"
import { ByteCollector } from "../core/gathered.ts"
import { NotChecked } from "./command.ts"

/** The largest stack file, and the largest preview, in bytes. */
export const mostOfStack = 1_048_576
export const mostOfPreview = 64 * 1_048_576

/**
 * Reads the file or pipe that the user names; standard input by default.
 * @throws NotChecked if it cannot be read, or is larger than `most` bytes
 */
export async function readInput(file: string | undefined, most: number, expected: string): Promise<string> {
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
