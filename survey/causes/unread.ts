import { shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import type { Survey } from "../collect/survey.ts"
import type { Kind } from "../files/kinds.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { hostName } from "../resolve/names.ts"
import type { World } from "../resolve/world.ts"
import { type Cause, hostCommand } from "./cause.ts"

/** Kinds of files that decide how a gateway or node runs. */
const definingKinds: readonly Kind[] = [
  "config",
  "dotenv",
  "unit environment",
  "unit drop-in",
  "launch agent environment",
  "compose environment",
]

/** Reports files that cannot be read: a home with unknown content is not clean. */
export function unreadCauses(survey: Survey, { gateways, nodes }: World): Cause[] {
  const { target, snapshot } = survey
  const members = [...gateways, ...nodes].filter((view) => view.survey === survey)
  const reported = new Set(members.map(({ member }) => member.located.config))
  const unread = new Map<string, { copy: PlaceCopy; reason: string }>()
  for (const copy of survey.copies) {
    const { held, kind, path, file } = copy
    if (held.kind !== "broken" || (kind === "config" && reported.has(path))) continue
    // A unit's broken link is often a leftover; a config's link may lead to an unmounted or closed folder.
    const isTelling = definingKinds.includes(kind) && (!file?.isLink || kind === "config" || kind === "dotenv")
    if ((held.isContent || isTelling) && !unread.has(path)) unread.set(path, { copy, reason: held.reason })
  }
  const who = hostName(target.host, snapshot)
  const unsearched = [...new Set(survey.unsearched ?? [])].map(
    (what): Cause => ({
      ...{ code: "not-searched", weight: "unknown", who, host: target.host },
      sentence: `not searched on ${who}: ${shown(what, 300)}; whether the token is copied there is not known`,
    }),
  )
  const unreadable = [...unread].map(
    ([path, { copy, reason }]): Cause => ({
      ...{
        code: "file-unreadable",
        weight: copy.file?.isLink ? "unknown" : "risk",
        who,
        host: target.host,
        copies: [copy],
      },
      sentence: `${showPath(path, snapshot.home)} on ${who} cannot be read: ${reason}; whether it contains a token is not known`,
      remedy: copy.file?.isLink
        ? "check where the link leads, and scan as a user who can read that"
        : "repair the file or remove it, then scan again",
    }),
  )
  return [...unreadable, ...rejectedCauses(survey, reported), ...unsearched]
}

/** Reports a config that its product rejects as a whole, and that belongs to no gateway and no node. */
function rejectedCauses({ target, snapshot, settings }: Survey, reported: ReadonlySet<string>): Cause[] {
  const who = hostName(target.host, snapshot)
  return settings.flatMap(({ path, product, rejection }): Cause[] => {
    if (rejection === undefined || reported.has(path)) return []
    const sentence = `${showPath(path, snapshot.home)} on ${who} ${rejection}`
    const remedy = hostCommand(target.host, `${product} doctor --fix`)
    return [{ ...{ code: "config-rejected", weight: "risk", who, host: target.host }, sentence, remedy }]
  })
}
