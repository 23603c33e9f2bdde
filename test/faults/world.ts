import { type Connect, startConnect } from "../doubles/connect/server.ts"
import { managed } from "../support/engine/managed.ts"
import { startPlugin } from "../support/engine/plugin.ts"
import { revealed } from "../support/engine/wire.ts"
import { type Farm, startFarm } from "../support/hosts/ssh-farm.ts"
import { strong } from "../support/tokens.ts"
import type { Scene, World } from "./scene.ts"

/** Starts what the scenes need. @returns it, and what stops all of it */
export async function openWorld(scenes: readonly Scene[]): Promise<{ world: World; close: () => Promise<void> }> {
  const farm = scenes.some(({ needs }) => needs === "farm") ? await startFarm(1) : undefined
  if (farm) {
    process.env.GATEKEY_SSH_CONFIG = farm.config
    process.env.GATEKEY_SSH_CONNECT_TIMEOUT = "3s"
  }
  const vault = scenes.some(({ needs }) => needs === "vault") ? await startVault() : undefined
  const healer = await startPlugin()
  const close = async () => {
    await healer.stop()
    await vault?.stop()
    await farm?.stop()
  }
  try {
    const token = managed(healer, "Token", "token")
    await token.up({ rotation: 1 })
    const { generation, fingerprint } = token.state?.outputs ?? {}
    await token.up({ rotation: 2 })
    const { kept } = JSON.parse(revealed(token.state?.outputs.generations)) as { kept: { value: string }[] }
    const authority = managed(healer, "Authority", "authority")
    await authority.up({ domain: "home" })
    const world = {
      ...{ healer, token, authority, first: { generation, fingerprint }, values: kept.map(({ value }) => value) },
      farm: () => needed<Farm>(farm),
      vault: () => needed<Connect>(vault),
    }
    return { world, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function startVault(): Promise<Connect> {
  const token = strong()
  const vault = await startConnect({ access: [{ token, vaults: ["Home"], mayWrite: true, who: "CONNECTWRITER" }] })
  process.env.OP_CONNECT_HOST = vault.url
  process.env.OP_CONNECT_TOKEN = token
  return vault
}

function needed<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error("a scene uses what it does not say that it needs")
  return part
}
