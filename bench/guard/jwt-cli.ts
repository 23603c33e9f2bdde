import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { longestLife } from "../../core/access-token.ts"
import { files } from "../../proxies/guard.ts"
import { unknown } from "../../test/support/engine/wire.ts"
import { folder } from "../../test/support/hosts/machine.ts"
import { startHaproxy } from "../../test/support/proxies/haproxy.ts"
import { filesWithTokens, operatorCommand } from "../../test/support/proxies/operator.ts"
import { now } from "../rotation/client.ts"
import { atLeast, atMost, type Expectations, exactly, type Result } from "./expected.ts"
import { openLive } from "./live.ts"

export const jwtCliExpected: Expectations = {
  "jwt_cli.calls": atLeast(20),
  "jwt_cli.failed": exactly(0),
  "jwt_cli.lives": atLeast(2),
  "jwt_cli.longest_life_s": atMost(longestLife),
  "jwt_cli.on_disk": exactly(0),
  "jwt_cli.failed_when_removed": exactly(1),
}

const calls = 20
/** Seconds. */
const life = 60

/** openclaw's own command line, which asks for an access token at each call, over two lives of one. */
export async function jwtCli(): Promise<Result> {
  const live = await openLive()
  const [home, at] = [folder(), folder()]
  const key = live.fresh("ClientKey")
  await key.up({ ...live.signed(), folder: at, name: "laptop", audience: "studio" })
  const scopes = ["operator.read"]
  const laptop = { name: "laptop", role: "client", auth: "jwt", scopes, key: key.state?.outputs.publicKey ?? unknown }
  await live.up([{ name: "tw" }, laptop])
  const { log } = await startHaproxy(live.guard.folder)
  const program = join(at, "token")
  const guard = { port: live.port, authority: join(live.guard.folder, files.authority) }
  const nodesStatus = operatorCommand({ home, program, guard, life })
  const begun = now()
  let [failed, longest, count] = [0, 0, 0]
  while (count < calls || now() - begun < 2000 * life) {
    count++
    await nodesStatus().catch((error: Error) => {
      failed++
      console.log(`jwt_cli: call ${count} failed: ${error.message.slice(0, 300)}`)
    })
    longest = Math.max(longest, lifeOf(program))
  }
  const accepted = log.filter((line) => line.includes('"id":"client:laptop"')).length
  if (accepted < count - failed) throw new Error(`the guard has let in ${accepted} calls, expected ${count - failed}`)
  const onDisk = [home, at, live.guard.folder, live.gateway.home].flatMap(filesWithTokens)
  await live.up([{ name: "tw" }])
  const isRefused = await nodesStatus().then(
    () => false,
    () => true,
  )
  return {
    jwt_cli: {
      ...{ calls: count, failed, lives: Math.floor((now() - begun) / 1000 / life) },
      ...{ longest_life_s: longest, on_disk: onDisk.length, failed_when_removed: isRefused ? 1 : 0 },
    },
  }
}

/** How long a token of the program is valid, asked as openclaw asks; seconds. */
function lifeOf(program: string): number {
  const token = execFileSync(program, ["--lifetime", String(life)], { encoding: "utf8" })
  const { iat, exp } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())
  return exp - iat
}
