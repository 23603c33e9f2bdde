import { setTimeout as pause } from "node:timers/promises"
import { atEnd } from "../../bench/ending.ts"
import { type Credential, type Device, knock, newDevice } from "../../bench/rotation/client.ts"

/** Clients that connect to a gateway all the time: one with the token that is valid, one that is paired. */
export interface Clients {
  readonly counts: { asks: number; refused: number }
  /** What was refused since this was last called. */
  takeRefusals(): string[]
  /** A restart is announced, or over: until then the gateway need not answer. */
  announce(restarts: boolean): void
  /** Lets no connect be under way, while the fleet is measured. */
  rest<Result>(work: () => Promise<Result>): Promise<Result>
}

const everyMilliseconds = 200
/** While a gateway changes from one token to the other, the first connect may come too early and the second too late. */
const rounds = 3

/** @param tokens those that the gateway may accept now: one of them must be accepted */
export async function startClients(name: string, port: number, tokens: () => readonly string[]): Promise<Clients> {
  const counts = { asks: 0, refused: 0 }
  const refusals: string[] = []
  let restarts = false
  let isResting = false
  let isStopped = false
  const paired = await pair(port, tokens)
  const ask = async (who: string, credentials: () => readonly Credential[]) => {
    while (!isStopped) {
      const due = Date.now() + everyMilliseconds
      if (!isResting) {
        const announced = restarts
        const why = await refusal(port, credentials)
        // A restart that was announced meanwhile explains it as well.
        if (why !== undefined && !announced && !restarts) {
          counts.refused++
          refusals.push(`${name} refused ${who}: ${why}`)
        }
        if (!announced) counts.asks++
      }
      await pause(Math.max(20, due - Date.now()))
    }
  }
  const all = [ask("a valid token", () => tokens().map((token) => ({ token }))), ask("a paired device", () => [paired])]
  atEnd(async () => {
    isStopped = true
    await Promise.all(all)
  })
  return {
    counts,
    takeRefusals: () => refusals.splice(0),
    announce: (is) => {
      restarts = is
    },
    async rest(work) {
      isResting = true
      await pause(2_000)
      try {
        return await work()
      } finally {
        isResting = false
      }
    },
  }
}

/** Tries until one credential is accepted. @returns why none was */
export async function refusal(port: number, credentials: () => readonly Credential[]): Promise<string | undefined> {
  const reasons: string[] = []
  for (let round = 0; round < rounds; round++) {
    for (const credential of credentials()) {
      const { session, verdict, why } = await knock(port, credential)
      session?.close()
      if (session) return undefined
      reasons.push(`${verdict} (${why})`)
    }
  }
  return reasons.join(", ")
}

async function pair(port: number, tokens: () => readonly string[]): Promise<{ device: Device; deviceToken: string }> {
  const device = newDevice()
  const { session, why } = await knock(port, { token: tokens()[0] ?? "", device })
  const { deviceToken } = session ?? {}
  session?.close()
  if (deviceToken === undefined) throw new Error(`the gateway gave no device token (${why})`)
  return { device, deviceToken }
}
