import { randomBytes } from "node:crypto"
import { join } from "node:path"
import type { Block } from "../../../tools/docs/blocks.ts"
import { saysTo } from "../fleets/rotations.ts"
import type { Scene } from "./scene.ts"
import { type Around, tokenOf, works } from "./step.ts"
import { teamSteps } from "./team.ts"

/** A block, with what is done before and after it. */
export interface Step extends Around {
  readonly block: Block
  readonly allowed: RegExp
}

/** Problems found is how a check of a fleet with a problem ends; 2 would be that it could not check. */
const finds = /^(?:1 npx --no -- gatekey (?:scan|doctor|check|report|history)\b|\d+ pulumi preview --expect-no-changes)/

/** Where the node `tw` went at its last start: to the scene's gateway. */
function layNode({ write, tw, gateway }: Scene): void {
  const at = `{"gateway":{"host":"127.0.0.1","port":${gateway.port},"tls":false}}`
  write(join(tw, ".openclaw/state/openclaw.sqlite"), `nodeHost.config${at}`)
  write(join(tw, ".openclaw/openclaw.json"), JSON.stringify({ gateway: { mode: "remote" } }))
}

/** Writes the node's LaunchAgent. @param more what else its property list has */
function layAgent({ write, tw }: Scene, more = ""): void {
  write(
    join(tw, "Library/LaunchAgents/ai.openclaw.node.plist"),
    `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict><key>Label</key><string>ai.openclaw.node</string>
<key>ProgramArguments</key><array><string>openclaw</string><string>node</string><string>run</string></array>${more}
</dict></plist>
`,
  )
}

const withDefault =
  "<key>EnvironmentVariables</key><dict><key>OPENCLAW_GATEWAY_TOKEN</key><string>clawdbot-local-dev</string></dict>"

const rotates = "npx --no -- gatekey rotate --commit && pulumi up --skip-preview"
const propose = "cp Pulumi.home.yaml proposed.yaml"

/** The pages in the order of one story: each goes on where the one before it ended. */
const order = [
  ...["README.md", "docs/scan.md", "docs/troubleshooting.md", "docs/drift.md", "docs/rotation.md", "docs/history.md"],
  ...["docs/emergency.md", "docs/api.md", "docs/cli.md", "docs/pull-requests.md", "docs/team.md"],
]

/** The token that has leaked, by the scene that it was in force in. */
const leaked = new WeakMap<Scene, string>()

/** What happens around a block, by its page and its place among the page's own blocks. */
const around: { readonly [block: string]: Around } = {
  "README.md 0": {
    async before(scene) {
      await works(scene, "pulumi stack init home")
      scene.declare(1, "the fleet")
      layNode(scene)
      layAgent(scene)
      await works(scene, "pulumi up --skip-preview")
      layAgent(scene, withDefault)
    },
  },
  // The scene's own file has a configuration, which is never overwritten.
  "docs/scan.md 0": { edit: (text) => text.replace("--write Pulumi.home.yaml", "--write Pulumi.found.yaml") },
  "docs/scan.md 1": {
    async before(scene) {
      layAgent(scene)
      scene.write(join(scene.tw, ".openclaw/.env"), `OPENCLAW_GATEWAY_TOKEN=${randomBytes(32).toString("hex")}\n`)
    },
  },
  "docs/rotation.md 0": {
    before: (scene) => works(scene, `pulumi stack export --file ../old.json; ${rotates}`),
  },
  "docs/rotation.md 2": {
    before: (scene) => works(scene, `${rotates} && pulumi stack export --file ../now.json`),
    edit: () => "pulumi stack import --file ../old.json && pulumi preview",
    allowed: /^\d+ pulumi preview/,
    after: (scene) => works(scene, "pulumi stack import --file ../now.json"),
  },
  "docs/emergency.md 0": {
    before: (scene) => leaked.set(scene, tokenOf(scene)),
    async after(scene) {
      const says = await Promise.all(
        [leaked.get(scene) ?? "", tokenOf(scene)].map((each) => saysTo(scene.gateway, each)),
      )
      if (says.join() !== "refused: AUTH_TOKEN_MISMATCH,accepted") throw new Error(`the gateway says ${says.join()}`)
    },
  },
  "docs/cli.md 2": { before: (scene) => works(scene, "rm -r fleet") },
  "docs/cli.md 3": { before: (scene) => works(scene, propose) },
  "docs/pull-requests.md 1": { before: (scene) => works(scene, propose) },
  "docs/pull-requests.md 2": {
    before: ({ write, project }) => write(join(project, "post.sh"), "#!/bin/sh\n", 0o700),
    edit: (text) => `COMMIT=$(git rev-parse HEAD)\n${text}`,
  },
  ...teamSteps,
}

/** Orders the blocks, and gives each what is around it. */
export function storyOf(blocks: readonly Block[]): readonly Step[] {
  const rank = ({ page }: Block) => (order.includes(page) ? order.indexOf(page) : order.length)
  const sorted = [...blocks].sort((one, other) => rank(one) - rank(other))
  const counts = new Map<string, number>()
  return sorted.map((block) => {
    const nth = counts.get(block.page) ?? 0
    counts.set(block.page, nth + 1)
    return { block, allowed: finds, ...around[`${block.page} ${nth}`] }
  })
}

/** Returns what is run: of output the lines behind `$`, else a preview. */
export function commandOf({ kind, text }: Block): string {
  if (kind === "commands") return text
  const lines = [...text.matchAll(/^\$ (.*)$/gm)].map(([, line]) => line)
  return lines.length > 0 ? lines.join("\n") : "pulumi preview"
}
