import type { Run } from "../command.ts"
import { print } from "../print.ts"
import { bashCompletion } from "./bash.ts"
import { fishCompletion } from "./fish.ts"
import { completionModel } from "./model.ts"
import { zshCompletion } from "./zsh.ts"

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

export const run: Run<object> = async ([shell], _, self) => {
  print(shells[shell as keyof typeof shells](completionModel(self.parent ?? self)))
  return 0
}
