import { gatekeyCommand } from "../../core/command-line.ts"
import { shellWord } from "../../core/escape.ts"
import type { Options } from "./options.ts"

export function upCommand(wish: Options): string {
  return ["pulumi up", ...locationOptions(wish)].join(" ")
}

export function rotateCommand(wish: Options): string {
  return [gatekeyCommand, "rotate", ...(wish.compromised ? ["--compromised"] : []), ...locationOptions(wish)].join(" ")
}

function locationOptions({ stack, cwd }: Options): readonly string[] {
  return [
    ...(stack === undefined ? [] : [`--stack ${shellWord(stack)}`]),
    ...(cwd === "." ? [] : [`--cwd ${shellWord(cwd)}`]),
  ]
}
