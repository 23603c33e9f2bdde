import { largest } from "../file.ts"
import { looksIn } from "./answer.ts"
import type { Connection } from "./connection.ts"
import { calls } from "./remote.ts"
import { type Sight, sightOf } from "./sight.ts"

interface Waiting {
  readonly path: string
  readonly resolve: (sight: Sight) => void
  readonly reject: (error: unknown) => void
}

/** Enough for the places of any host; more go in the next batch. */
const most = 200

/** Looks at files of one host: those that are asked for while another batch is under way go together in the next one. */
export function looker(connection: Connection): (path: string) => Promise<Sight> {
  const waiting: Waiting[] = []
  let busy = false

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most)
      try {
        const sights = await look(connection, [...new Set(batch.map(({ path }) => path))])
        for (const { path, resolve, reject } of batch) {
          const sight = sights.get(path)
          if (sight) resolve(sight)
          else reject(new Error("a look was not answered"))
        }
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    busy = false
  }

  return (path) =>
    new Promise((resolve, reject) => {
      waiting.push({ path, resolve, reject })
      if (busy) return
      busy = true
      setImmediate(work)
    })
}

async function look(connection: Connection, paths: readonly string[]): Promise<Map<string, Sight>> {
  const words = paths.map((path, number) => ["look", String(number), path])
  const body = calls({ largest: String(largest) }, [["me"], ...words])
  const { parts } = await connection.exchange({ body, repeatable: true })
  const [uid = Number.NaN, ...gids] = (parts.find(({ name }) => name === "me")?.words ?? "").split(" ").map(Number)
  const looks = looksIn(parts)
  const machine = parts.find(({ name }) => name === "machine")?.words ?? ""
  return new Map(
    paths.map((path, number) => [path, { ...sightOf(looks.get(number) ?? new Map(), { uid, gids }), machine }]),
  )
}
