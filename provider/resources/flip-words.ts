import type { FlipInputs, How } from "./flip-inputs.ts"

// openclaw closes the connections that were let in by the token before (4001), and its clients come back.
const goesOn = "no restart; connected clients reconnect within about 2 s"

const means: { readonly [how in How]: string } = {
  reload: `by secrets.reload: ${goesOn}`,
  watch: `by its watched config, within a second: ${goesOn}`,
  restart: "by its watched config: it restarts itself, a gap of about a second",
}

/** A change that was asked for. */
export function asksWords({ how }: FlipInputs): string {
  return `the gateway takes it ${means[how]}`
}

/** A gateway that takes another token than it must. */
export function takesWords(takes: string, inputs: FlipInputs): string {
  const does =
    takes === "another token"
      ? "writes its place; it is restarted to read it"
      : `makes it take the right one, ${means[inputs.how]}`
  return `the gateway takes ${takes}; must take ${inputs.takes}. \`pulumi up\` ${does}`
}
