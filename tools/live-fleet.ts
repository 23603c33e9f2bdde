// The dev stack's fleet with a real gateway and a real node beside it, for the demo: `live-fleet.ts PORT` prints it.
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { parseDocument } from "yaml"

const root = resolve(import.meta.dirname, "..")
/** The product as `tools/setup-products.sh` installs it. */
const openclaw = resolve(root, ".tools/products/openclaw/node_modules/openclaw/openclaw.mjs")
/** It shall neither announce itself in the network, nor talk to messengers, nor renew itself, and be one process. */
const quiet = {
  OPENCLAW_DISABLE_BONJOUR: "1",
  OPENCLAW_SKIP_CHANNELS: "1",
  OPENCLAW_NO_AUTO_UPDATE: "1",
  OPENCLAW_NO_RESPAWN: "1",
}

const at = (name: string, path: string) => resolve(root, ".sandbox", name, path)

const member = (name: string, command: readonly string[]) => ({
  host: "local",
  home: `./.sandbox/${name}`,
  manager: "process",
  predecessor: false,
  program: {
    command: [process.execPath, openclaw, ...command],
    environment: { ...quiet, TMPDIR: at(name, "tmp") },
    restartDelay: 1,
  },
})

/** Adds the live members to a stack's configuration. @param fleet a stack's configuration, whose comments and order stay */
export const withLive = (fleet: string, port: number): string => {
  const document = parseDocument(fleet)
  const gateway = { port, ...member("live", ["gateway", "run"]) }
  const node = member("live-node", ["node", "run", "--host", "127.0.0.1", "--port", String(port)])
  document.setIn(["config", "gatekey:gateways", "live"], gateway)
  document.setIn(["config", "gatekey:nodes", "live-node"], node)
  return document.toString({ lineWidth: 0 })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.stdout.write(withLive(readFileSync(resolve(root, "Pulumi.dev.yaml"), "utf8"), Number(process.argv[2])))
}
