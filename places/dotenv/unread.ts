import { type DotenvLine, dotenvLines } from "./lines.ts"

/** Lists the values of entries that dotenv does not read because the line is part of the value of an entry above it. */
export function unreadValues(file: Uint8Array, name: string): string[] {
  return dotenvLines(Buffer.from(file).toString("utf8"))
    .filter((line) => line.key !== name && spansLines(line))
    .flatMap(({ value }) => dotenvLines(value))
    .filter(({ key, value }) => key === name && value !== "")
    .map(({ value }) => value)
}

function spansLines({ isNextLine, value }: DotenvLine): boolean {
  return isNextLine || value.includes("\n")
}
