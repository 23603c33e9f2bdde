import type { Pairings } from "../../gateways/pairings.ts"
import type { Verdict } from "../../gateways/verdict.ts"
import type { Credential } from "../../products/readers.ts"
import type { Line } from "../collect/log.ts"
import type { Member } from "../collect/member.ts"
import type { ServiceState } from "../collect/services.ts"
import type { StartFailure } from "../collect/start-failure.ts"
import type { Survey } from "../collect/survey.ts"
import type { Passage } from "../collect/wire.ts"
import type { Inquiry } from "./inquiry.ts"
import type { Mode } from "./modes.ts"
import type { Winner } from "./winner.ts"

export interface View {
  /** As it is called in a sentence: `studio`, or `tw's openclaw node` where a host has several. */
  readonly name: string
  /** Whether a declaration gave it that name. */
  readonly declared?: boolean
  readonly survey: Survey
  readonly member: Member
  readonly services: readonly ServiceState[]
  /** What its secret is: what a gateway checks, and a node of such a gateway sends. */
  readonly credential: Credential
  /** The secret that it accepts or presents, as its process runs; and as it would start now. */
  readonly live: Winner
  readonly next: Winner
  /** The last lines of its log, where they were looked at. */
  readonly log: readonly Line[]
}

export interface GatewayView extends View {
  /** What its own files and its process say that it accepts, before it was asked. */
  readonly predicted: Winner
  readonly mode: Mode
  /** What it answered; its `live` winner is the token in use where that was found. */
  readonly inquiry: Inquiry
  /** Whether it takes the token that it should. */
  readonly verdict: Verdict
  readonly pairings: Pairings | undefined
  /** Its log says that it made up a token at its start. */
  readonly runtimeToken: boolean
  /** Why its last start failed, where none answers. */
  readonly startFailure?: StartFailure
}

export interface NodeView extends View {
  readonly url: string | undefined
  readonly gateway: GatewayView | undefined
  readonly passage: Passage | undefined
}
