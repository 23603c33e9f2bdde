import { shown } from "../../../core/escape.ts"
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

/** Describes why a gateway keeps its token. @param missing the places without the new one */
export function describeUnstaged(missing: readonly string[]): string {
  const list = missing
    .slice(0, 5)
    .map((each) => shown(each))
    .join(", ")
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : ""
  return `the gateway keeps its token, because these places do not contain the new one yet: ${list}${more}. Run \`pulumi up\` without --target`
}
