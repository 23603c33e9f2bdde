import { join } from "node:path"
import { type Postgres, startPostgres } from "../hosts/postgres.ts"
import type { Scene } from "./scene.ts"
import { type Around, tokenOf, works } from "./step.ts"

/** The server of the page's `db.local`, by the scene that it runs for. */
const servers = new WeakMap<Scene, Postgres>()

/** The token that must stay, and the numbers that the refused preview named, by the scene. */
const kept = new WeakMap<Scene, { readonly token: string; readonly rotation: number; readonly supersede: number }>()

async function startServer(scene: Scene): Promise<void> {
  const server = await startPostgres()
  scene.ending(() => server.stop())
  servers.set(scene, server)
}

/** Gives the page's server its address, and its role its password. */
function onServer(text: string, scene: Scene): string {
  const { url, password } = servers.get(scene) as Postgres
  const { hostname, port } = new URL(url)
  return text
    .replaceAll("db.local:5432", `${hostname}:${port}`)
    .replaceAll("THE-PASSWORD", password)
    .replaceAll(/'postgres:[^']*'/g, `'${url}'`)
    .replaceAll("-h db.local", `-h ${hostname} -p ${port}`)
}

/** What counts before a file, and before a login. */
const forget = "unset PULUMI_CONFIG_PASSPHRASE; "
const follow = "unset PULUMI_BACKEND_URL; "

/** No command may fail. */
const none = /^(?!)/
const named = /raise gatekey:token\.rotation to (\d+), set gatekey:rotation\.supersede: (\d+)/

/** What happens around the blocks of `docs/team.md`: a fleet moves from a folder to a real PostgreSQL, and loses its passphrase. */
export const teamSteps: { readonly [block: string]: Around } = {
  "docs/team.md 0": {
    before: startServer,
    edit: (text, scene) => follow + onServer(text, scene),
    allowed: none,
    // The fleet of the story so far is in the folder, until it moves.
    after: (scene) =>
      works(
        scene,
        `pulumi stack rm home --force --preserve-config
pulumi login '${scene.env.PULUMI_BACKEND_URL}' && pulumi stack select home`,
      ),
  },
  "docs/team.md 1": {
    before: ({ write, home }) => write(join(home, ".gatekey-passphrase"), "another"),
    edit: (text) => text.replace(/^(?=pulumi stack change-s)/m, "echo another | ").replace(/^(?=export )/m, forget),
  },
  "docs/team.md 2": { allowed: /^1 ssh studio ps/ },
  "docs/team.md 3": { edit: onServer, allowed: none },
  // The server keeps the state of each update: there has to be one.
  "docs/team.md 4": { before: (scene) => works(scene, "pulumi up --skip-preview"), edit: onServer, allowed: none },
  "docs/team.md 5": {
    before: ({ write, home }) => write(join(home, ".gatekey-passphrase"), "a new one"),
    allowed: /^\d+ pulumi preview$/,
    after(scene, output) {
      const [, rotation, supersede] = named.exec(output.replaceAll(/\s+/g, " ")) ?? []
      if (!rotation || !supersede) throw new Error(`the preview names no numbers:\n${output}`)
      kept.set(scene, { token: tokenOf(scene), rotation: Number(rotation), supersede: Number(supersede) })
    },
  },
  "docs/team.md 6": {
    before(scene) {
      const { rotation = 0, supersede } = kept.get(scene) ?? {}
      scene.declare(rotation, "the state is lost", { rotation: { supersede } })
    },
    allowed: none,
    async after(scene) {
      if (tokenOf(scene) !== kept.get(scene)?.token) throw new Error("the fleet has another token")
      await works(scene, "pulumi preview --expect-no-changes")
    },
  },
}
