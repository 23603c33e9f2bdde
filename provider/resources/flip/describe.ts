import type { Interruption, Notice } from "../../../core/notice.ts"
import type { FlipInputs, How } from "./inputs.ts"

// openclaw closes the connections that were let in by the token before (4001), and its clients come back.
const goesOn = "no restart; connected clients reconnect within about 2 s"

const means: { readonly [how in How]: string } = {
  reload: `by secrets.reload: ${goesOn}`,
  watch: `by its watched config, within a second: ${goesOn}`,
  restart: "by its watched config: it restarts itself, a gap of about a second",
}

const interruptions: { readonly [how in How]: Interruption } = {
  reload: "reconnect",
  watch: "reconnect",
  restart: "gap",
}

/** Describes a change that was asked for. */
export function describeChange({ how }: FlipInputs): Notice {
  return { message: `the gateway takes it ${means[how]}`, restart: interruptions[how] }
}

/** Describes a gateway that accepts another token than it must. @param isKnown whether it is one of the stack's */
export function describeDrift(takes: string, isKnown: boolean, inputs: FlipInputs): Notice {
  const message = `the gateway takes ${takes}; must take ${inputs.takes}`
  if (!isKnown) return { message, fix: "`pulumi up` writes its place; it is restarted to read it", restart: "once" }
  const fix = `\`pulumi up\` makes it take the right one, ${means[inputs.how]}`
  return { message, fix, restart: interruptions[inputs.how] }
}
