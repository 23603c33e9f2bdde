import type { FlipInputs, How } from "./flip-inputs.ts"

const means: { readonly [how in How]: string } = {
  reload: "by secrets.reload: no restart, no interruption",
  watch: "by its watched config, within a second: no restart",
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
