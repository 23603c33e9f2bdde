import type { Mutant } from "../mutant.ts"
import { core } from "./core.ts"
import { hosts } from "./hosts.ts"
import { outer } from "./outer.ts"
import { places } from "./places.ts"
import { provider } from "./provider.ts"
import { wire } from "./wire.ts"

/** All planted defects. */
export const mutants: readonly Mutant[] = [...core, ...places, ...hosts, ...wire, ...provider, ...outer]
