import type { Interruption, Notice } from "../../../core/notice.ts"
import type { FlipInputs, How } from "./inputs.ts"

// openclaw closes the connections that use the previous token (4001), and its clients reconnect.
const noRestart = "no restart; connected clients reconnect within about 2 s"

const waysToAccept: { readonly [how in How]: string } = {
  reload: `by secrets.reload: ${noRestart}`,
  watch: `by its watched config, within a second: ${noRestart}`,
  restart: "by its watched config: it restarts itself, a gap of about a second",
}

const interruptions: { readonly [how in How]: Interruption } = {
  reload: "reconnect",
  watch: "reconnect",
  restart: "gap",
}

/** Describes a requested change. */
export function describeChange({ how }: FlipInputs): Notice {
  return { message: `the gateway accepts it ${waysToAccept[how]}`, restart: interruptions[how] }
}

/** Describes a gateway that accepts the wrong token. @param isKnown whether it is one of the stack's */
export function describeDrift(takes: string, isKnown: boolean, inputs: FlipInputs): Notice {
  const message = `the gateway accepts ${takes}; expected ${inputs.takes}`
  if (!isKnown) return { message, fix: "`pulumi up` writes its place; it is restarted to read it", restart: "once" }
  const fix = `\`pulumi up\` makes it accept the right one, ${waysToAccept[inputs.how]}`
  return { message, fix, restart: interruptions[inputs.how] }
}

/** The end of the sentence that a gateway accepts its token, if a wrong one could lock its clients out. */
export const untriedRejection =
  "; whether it rejects the previous one was not tried: gateway.auth.rateLimit allows too few failed attempts"
