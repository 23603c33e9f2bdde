import { statSync } from "node:fs"
import { join } from "node:path"
import { files } from "../../proxies/guard.ts"
import { startEcho } from "../../test/support/proxies/echo.ts"
import { type Haproxy, startHaproxy } from "../../test/support/proxies/haproxy.ts"
import { rounded } from "../figures.ts"
import { type Expectations, exactly, type Result, within } from "./expected.ts"
import { openSite, type Site } from "./site.ts"
import { type Opened, openSocket } from "./sockets.ts"

export const revokeExpected: Expectations = {
  "revoke_s.before_two_reloads": within(1),
  "revoke_s.of_200": within(1),
  "revoke_s.others_dropped": exactly(0),
  "revoke_s.back_in": exactly(0),
}

const n2 = { name: "n2" }
const many = 200

/**
 * Removes a client from the stack, by the provider's own update: from the moment in which the guard has its new
 * configuration, which is when the script starts there, until the last connection is closed at the client.
 */
export async function revoke(): Promise<Result> {
  const echo = await startEcho()
  const site = await openSite(echo.port)
  const tw = (generation: number) => ({ name: "tw", generation })
  await site.up([tw(1), n2])
  const haproxy = await startHaproxy(site.guard.folder)
  const open = async (client: { name: string; generation?: number }) => {
    const { key, certificate: cert } = await site.shows(client)
    return openSocket(`wss://127.0.0.1:${site.port}`, { key, cert, ca: site.ca(), servername: "studio.test" })
  }
  const stays = [await open(n2)]
  const cut = [await open(tw(1))]
  // Each change of the list is a reload: what was open before it is in a worker that is retired.
  for (const more of ["n3", "n4"]) {
    await site.up([tw(1), n2, { name: more }])
    cut.push(await open(tw(1)))
    stays.push(await open(n2))
  }
  await workersAre(haproxy, 3)
  const first = await cutOff(site, [n2], cut)
  await site.up([tw(2), n2])
  await site.shows(tw(2))
  const crowd = await Promise.all(Array.from({ length: many }, () => open(tw(2))))
  const second = await cutOff(site, [n2], crowd)
  const backIn = (await Promise.allSettled([open(tw(1)), open(tw(2))])).filter(({ status }) => status === "fulfilled")
  const dropped = stays.filter(({ socket }) => socket.readyState !== socket.OPEN)
  return {
    revoke_s: {
      ...{ before_two_reloads: rounded(first), of_200: rounded(second) },
      ...{ others_dropped: dropped.length, back_in: backIn.length },
    },
  }
}

async function workersAre({ workers }: Haproxy, least: number): Promise<void> {
  const found = (await workers()).length
  if (found < least) throw new Error(`the guard has ${found} workers, expected ${least} of two reloads`)
}

/** Lets only these in. @returns seconds until the last of the others is closed */
async function cutOff(site: Site, clients: readonly object[], cut: readonly Opened[]): Promise<number> {
  await site.up(clients.map((each) => ({ ...each })))
  const begun = statSync(join(site.guard.folder, files.configuration)).ctimeMs
  const last = Math.max(...(await Promise.all(cut.map(({ closed }) => closed))))
  return (last - begun) / 1000
}
