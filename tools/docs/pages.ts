import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type Block, blocksOf } from "./blocks.ts"

const root = join(import.meta.dirname, "../..")

/** The pages for users, by their paths. */
export const pages: readonly string[] = ["README.md", ...globSync("docs/*.md", { cwd: root }).sort()]

export function readPage(page: string): string {
  return readFileSync(join(root, page), "utf8")
}

/** Lists the blocks of all pages that are accounted for. */
export function allBlocks(): readonly Block[] {
  return pages.flatMap((page) => blocksOf(page, readPage(page)))
}
