import { readFileSync } from "node:fs"
import type { Answer, Site } from "./site.ts"

type Roles = { readonly [role in Site["role"]]: (site: Site) => Promise<Answer> }

/** Reads sites from standard input, and writes what each role's code makes of them as the last line. */
export async function answerAll(roles: Roles, begin: () => void): Promise<never> {
  const sites: Site[] = JSON.parse(readFileSync(0, "utf8"))
  const { PATH = "", TMPDIR = "" } = process.env
  const answers: Answer[] = []
  for (const site of sites) {
    for (const name of Object.keys(process.env)) delete process.env[name]
    Object.assign(process.env, { PATH, TMPDIR, NO_COLOR: "1", HOME: site.home, SHELL: "/bin/sh", ...site.env })
    process.chdir(site.cwd)
    try {
      begin()
      const { refuses, mode, token, password, generated } = await roles[site.role](site)
      answers.push({ refuses, mode, token, password, generated })
    } catch (error) {
      answers.push({ refuses: error instanceof Error ? error.message.split("\n")[0] : String(error) })
    }
  }
  process.stdout.write(`\n${JSON.stringify(answers)}\n`, () => process.exit(0))
  return new Promise(() => {})
}
