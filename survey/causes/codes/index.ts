import { gatewayCodes } from "./gateway.ts"
import { nodeCodes } from "./node.ts"
import { placeCodes } from "./place.ts"

/** Every code of a finding of `scan` and `doctor`, with what it means: a finding without a row does not compile. */
export const causeCodes = { ...gatewayCodes, ...nodeCodes, ...placeCodes }

export type CauseCode = keyof typeof causeCodes
