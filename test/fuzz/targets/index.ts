import type { Target } from "../target.ts"
import { answerTargets } from "./answers.ts"
import { documentTargets } from "./documents.ts"
import { formatTargets } from "./formats.ts"
import { wireTargets } from "./wire.ts"

export const targets: readonly Target[] = [...formatTargets, ...answerTargets, ...documentTargets, ...wireTargets]
