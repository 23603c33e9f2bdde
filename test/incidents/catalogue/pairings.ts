import { started } from "../faults.ts"
import type { Fleet } from "../fleet.ts"
import type { Incident } from "../incident.ts"
import { approve } from "../openclaw.ts"

/** What the gateway knows of the node's device. */
export const pairings: readonly Incident[] = [
  {
    id: "pairing-pending",
    title: "The node has lost its device's key (a restored home): it asks to be paired, and nobody has approved it.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "node",
    restarts: ["node"],
    async break(fleet) {
      const { node, cli } = fleet
      node.halt()
      node.run("mv ~/.openclaw/state ~/.openclaw/state-of-before")
      const undo = () =>
        node.run(
          "systemctl --user stop openclaw-node; rm -r ~/.openclaw/state; mv ~/.openclaw/state-of-before ~/.openclaw/state",
        )
      const broken = await started(fleet, undo, /pairing required/i)
      return {
        ...broken,
        async mend() {
          await broken.mend()
          await reject(cli)
        },
      }
    },
    cause: {
      scan: /pairing.*(?:pending|required|waits)/i,
      doctor: /pairing.*(?:pending|required|waits)/i,
      preview: /^tw .*pairing .*pending/i,
    },
    own: /pairing required|pending.*(?:approv|pair)|not approved/i,
  },
  {
    id: "pairing-removed",
    title: "The gateway has dropped the node's pairing, as it does with silent ones; its device token is dead.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "node",
    restarts: ["node"],
    async break(fleet) {
      const { cli } = fleet
      await cli("devices", "remove", await deviceOf(fleet))
      const broken = await started(fleet, () => {}, /pairing required|mismatch/i)
      return {
        ...broken,
        async mend() {
          await paired(fleet)
        },
      }
    },
    cause: {
      scan: /does not know (?:this|the) device|pairing .*(?:pending|removed|pruned)/i,
      doctor: /does not know (?:this|the) device|pairing .*(?:pending|removed|pruned)/i,
      preview: /^tw .*(?:no longer knows it|pending|pruned|removed)/i,
    },
    own: /pairing required|pending.*(?:approv|pair)|not approved|unpaired/i,
  },
  {
    id: "device-revoked",
    title: "Somebody has revoked the node's device token.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "node",
    restarts: ["node"],
    async break(fleet) {
      const { cli } = fleet
      await cli("devices", "revoke", "--device", await deviceOf(fleet), "--role", "node")
      const broken = await started(fleet, () => {}, /pairing required|mismatch|revoked/i)
      return { ...broken, mend: () => paired(fleet) }
    },
    cause: {
      scan: /revoked/i,
      doctor: /revoked/i,
      preview: /tw pairing.*revoked/i,
    },
    own: /revoked/i,
  },
]

interface Devices {
  readonly paired: readonly { readonly deviceId: string; readonly displayName?: string }[]
  readonly pending: readonly { readonly requestId: string }[]
}

async function devices(cli: Fleet["cli"]): Promise<Devices> {
  return JSON.parse(await cli("devices", "list", "--json"))
}

async function deviceOf({ cli }: Fleet): Promise<string> {
  const { paired } = await devices(cli)
  const found = paired.find(({ displayName }) => displayName === "tw")
  if (!found) throw new Error("tw is not paired")
  return found.deviceId
}

async function reject(cli: Fleet["cli"]): Promise<void> {
  for (const { requestId } of (await devices(cli)).pending) await cli("devices", "reject", requestId)
}

/** Pairs the node anew, as its owner does. */
async function paired(fleet: Fleet): Promise<void> {
  const { node, cli } = fleet
  node.restart()
  await node.told(/requestId|gateway connected|awaiting/)
  await approve(cli)
  node.restart()
  await node.told(/awaiting operator approval|gateway connected/)
  await approve(cli)
}
