import type { Explanation } from "../../core/explanation.ts"
import { rules } from "../../policy/rules/index.ts"
import { resourceCodes } from "../../provider/resources/codes.ts"
import { gatewayCodes } from "../../survey/causes/codes/gateway.ts"
import { nodeCodes } from "../../survey/causes/codes/node.ts"
import { placeCodes } from "../../survey/causes/codes/place.ts"
import { tableOf } from "./markdown.ts"

/** Generates the tables of all codes: of scan and doctor, of a preview, of the policies. */
export function findingsReference(): string {
  return [
    "## `scan` and `doctor`",
    `### A gateway\n\n${codesTable(gatewayCodes)}`,
    `### A node or another client\n\n${codesTable(nodeCodes)}`,
    `### Files, containers, hosts, guards and sidecars\n\n${codesTable(placeCodes)}`,
    "## `pulumi preview`",
    ...Object.entries(resourceCodes).map(([where, codes]) => `### ${where}\n\n${codesTable(codes)}`),
    `## Policies\n\n${tableOf(
      ["policy", "level", "what it requires", "how to fix it"],
      rules.map(({ name, level, description, fix }) => [`\`${name}\``, level, description, fix]),
    )}`,
  ].join("\n\n")
}

function codesTable(codes: { readonly [code: string]: Explanation }): string {
  return tableOf(
    ["code", "what it means", "how to fix it"],
    Object.entries(codes).map(([code, { means, fix }]) => [`\`${code}\``, means, fix]),
  )
}
