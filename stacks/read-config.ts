import * as pulumi from "@pulumi/pulumi"
import { escapeOutput } from "../core/escape.ts"
import { parseConfig } from "./config.ts"
import type { Config } from "./schema.ts"

/**
 * Returns the checked configuration of the running stack.
 * @throws RunError with a line for each problem: the SDK prints it without a stack
 */
export function readConfig(): Config {
  const parsed = parseConfig(parseValues(pulumi.runtime.allConfig()))
  if ("config" in parsed) return parsed.config
  const problems = parsed.problems.map((problem) => `  ${escapeOutput(problem)}`)
  throw new pulumi.RunError(`Pulumi.${pulumi.getStack()}.yaml cannot be used:\n${problems.join("\n")}`)
}

/** Parses the values under `gatekey:`; the engine passes objects as JSON. */
function parseValues(all: { readonly [key: string]: string }): { [key: string]: unknown } {
  const own = Object.entries(all).filter(([key]) => key.startsWith("gatekey:"))
  return Object.fromEntries(own.map(([key, value]) => [key.slice("gatekey:".length), parse(value)]))
}

function parse(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
