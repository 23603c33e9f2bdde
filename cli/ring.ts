import { type Generations, ringOf as ringIn } from "../core/generations.ts"
import type { Ring } from "../core/ring.ts"
import { run } from "./run.ts"
import type { StackFile } from "./stack.ts"

/**
 * By it tokens are named by their generation. Nothing where the state is not there, or cannot be decrypted without
 * asking: then letters alone tell equal tokens.
 */
export async function ringOf({ folder, stack }: StackFile): Promise<Ring | undefined> {
  const words = ["--non-interactive", "stack", "export", "--show-secrets", "--stack", stack]
  const { code, stdout } = await run(folder, "pulumi", ...words).catch(() => ({ code: 1, stdout: "" }))
  if (code !== 0) return undefined
  try {
    const resources: Resource[] = JSON.parse(stdout).deployment?.resources ?? []
    const token = resources.find((each) => each.type === "gatekey:index:Token" && each.delete !== true)
    const held = token?.outputs?.generations?.plaintext
    const generations: Generations | undefined = held && JSON.parse(JSON.parse(held))
    return generations && ringIn(generations)
  } catch {
    return undefined
  }
}

interface Resource {
  readonly type: string
  readonly delete?: boolean
  readonly outputs?: { readonly generations?: { readonly plaintext?: string } }
}
