import type { Member } from "../../survey/collect/member.ts"
import { modeOf } from "../../survey/resolve/modes.ts"
import { type Candidate, winnerOf } from "../../survey/resolve/winner.ts"
import { home, type Paper, processOf, surveyOf } from "../../test/support/survey/papers.ts"
import type { Case } from "./cases.ts"
import { includedName, startedIn } from "./draft.ts"
import type { Answer } from "./site.ts"

/** Resolves the credential as gatekey does, for the same files and the same process. */
export function resolveByGatekey({ product, role, files, env, flags }: Case): Answer {
  const process = role === "gateway" ? "gateway" : "node"
  const command = [product, process, "run", ...(flags.token ? ["--token", flags.token] : [])]
  const papers = Object.entries(files).map(([path, text]) => [`~/${path}`, paperOf(path, text)] as const)
  const named = [...new Set(Object.values(files).flatMap((text) => text.match(/CLAW_\w+/g) ?? []))]
  const more = { named, folder: `${home}/${startedIn}`, password: flags.password !== undefined }
  const survey = surveyOf(Object.fromEntries(papers), {
    snapshot: { processes: [processOf(command.join(" "), env, more)] },
  })
  const found = survey.members.find((each) => each.role === process)
  if (!found) throw new Error("gatekey finds no such process")
  const member: Member = role === "client" ? { ...found, isClient: true } : found
  const winner = (credential: "token" | "password") => {
    const { wins } = winnerOf(member, survey, "live", credential)
    // What stands behind `--password` is not kept.
    return wins?.source === "flag" && credential === "password" ? { value: flags.password } : read(wins)
  }
  const [token, password] = [winner("token"), winner("password")]
  if (role !== "gateway") {
    const refuses = token.problem ?? password.problem
    return refuses === undefined ? { token: token.value, password: password.value } : { refuses }
  }
  const { kind, refuses } = modeOf(member, survey)
  if (refuses !== undefined) return { refuses }
  if (kind === "password") return { mode: kind, password: password.value }
  if (kind !== "token") return { mode: kind }
  return { mode: kind, ...(token.value === undefined ? { generated: true } : { token: token.value }) }
}

interface Read {
  readonly value?: string | undefined
  readonly problem?: string | undefined
}

function read(wins: Candidate | undefined): Read {
  return { value: wins?.value?.reveal(), problem: wins?.problem ?? wins?.unknown }
}

/** Classifies a file as the survey does with those that no pattern names. */
function paperOf(path: string, text: string): Paper {
  if (path.endsWith(includedName)) return { text, kind: "included config" }
  return path.startsWith(startedIn) ? { text, kind: "dotenv" } : text
}
