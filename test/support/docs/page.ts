import { readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../engine/program.ts"

/** A fenced block of a page. */
export interface Block {
  readonly language: string
  readonly text: string
}

export function pageText(page: string): string {
  return readFileSync(join(root, page), "utf8")
}

export function blocksOf(page: string): readonly Block[] {
  return [...pageText(page).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
    language,
    text,
  }))
}

/** The lines of a page's sh blocks, and the commands that stand in its text. */
export function commandsOf(page: string): readonly string[] {
  const lines = blocksOf(page).flatMap(({ language, text }) => (language === "sh" ? text.trim().split("\n") : []))
  const prose = pageText(page).replace(/^```[\s\S]*?^```$/gm, "")
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text = ""]) => text)
  return [...new Set([...lines, ...inline.filter((text) => isCommand.test(text))])]
}

const isCommand =
  /^(?:sudo|systemctl|journalctl|openssl|curl|haproxy|openclaw|pulumi|gatekey|token|npm|npx|make|git|op) [a-z[-]/

/** The command of a page that begins so, for a test that runs it. @throws Error if the page has none */
export function commandOf(page: string, beginning: string): string {
  const found = commandsOf(page).find((command) => command.startsWith(beginning))
  if (found === undefined) throw new Error(`${page} has no command that begins with ${beginning}`)
  return found
}
