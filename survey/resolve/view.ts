import type { Pairings } from "../../gateways/pairings.ts"
import type { Verdict } from "../../gateways/verdict.ts"
import type { Credential } from "../../products/readers.ts"
import type { Line } from "../collect/log.ts"
import type { Member } from "../collect/member.ts"
import type { OwnSidecar } from "../collect/proxies.ts"
import type { ServiceState } from "../collect/services.ts"
import type { SidecarWay } from "../collect/sidecar-way.ts"
import type { StartFailure } from "../collect/start-failure.ts"
import type { Survey } from "../collect/survey.ts"
import type { Passage } from "../collect/wire.ts"
import type { Inquiry } from "./inquiry.ts"
import type { Mode } from "./modes.ts"
import type { Winner } from "./winner.ts"

export interface View {
  /** Its name in a sentence: `studio`, or `tw's openclaw node` if a host has several. */
  readonly name: string
  /** Whether the name is from a declaration. */
  readonly declared?: boolean
  readonly survey: Survey
  readonly member: Member
  readonly services: readonly ServiceState[]
  /** The kind of its secret: what a gateway checks, and its nodes send. */
  readonly credential: Credential
  /** The secret that it accepts or sends: of the running process, and of its next start. */
  readonly live: Winner
  readonly next: Winner
  /** The last lines of its log, if they were read. */
  readonly log: readonly Line[]
}

export interface GatewayView extends View {
  /** The secret that it should accept, from its own files and process. */
  readonly predicted: Winner
  readonly mode: Mode
  /** Its answers; the `live` winner is the token in use, if that was found. */
  readonly inquiry: Inquiry
  /** Whether it accepts the token that it should. */
  readonly verdict: Verdict
  readonly pairings: Pairings | undefined
  /** Its log reports a token that it generated at its start. */
  readonly runtimeToken: boolean
  /** Why its last start failed, if it does not answer. */
  readonly startFailure?: StartFailure
}

export interface NodeView extends View {
  readonly url: string | undefined
  readonly gateway: GatewayView | undefined
  readonly passage: Passage | undefined
  /** The sidecar of gatekey's by which it reaches its gateway, and how far that leads. */
  readonly sidecar?: OwnSidecar
  readonly way?: SidecarWay
}
