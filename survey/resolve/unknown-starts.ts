import { shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import type { HomeReading, Member } from "../collect/member.ts"

/** Lists, a clause each, what starts a member with an unknown credential. */
export function unknownStarts(
  { product, role, definitions }: Member,
  { starts = [], snapshot }: HomeReading,
): string[] {
  const services = definitions.map(({ path, unknown = [], program }) => {
    const isLooked = program === undefined || starts.some(({ by }) => by === program)
    return {
      by: path,
      unknown: isLooked
        ? unknown
        : [`starts ${showPath(shown(program), snapshot.home)}, which may give it a credential`],
    }
  })
  const scripts = starts.filter(({ running }) => running.product === product && running.role === role)
  return [...services, ...scripts].flatMap(({ by, unknown }) =>
    unknown.slice(0, 1).map((clause) => `${showPath(by, snapshot.home)} ${clause}`),
  )
}
