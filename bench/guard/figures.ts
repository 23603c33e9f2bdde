import { bad, badExpected } from "./bad.ts"
import { cost, costExpected } from "./cost.ts"
import { day, dayExpected } from "./day.ts"
import type { Expectations, Result } from "./expected.ts"
import { jwtCli, jwtCliExpected } from "./jwt-cli.ts"
import { laptop, laptopExpected } from "./laptop.ts"
import { interruptedExpected, migration, migrationExpected, migrationInterrupted } from "./migration.ts"
import { revoke, revokeExpected } from "./revoke.ts"
import { sharedSecrets, sharedSecretsExpected } from "./shared-secrets.ts"
import { switches, switchesExpected } from "./switches.ts"

interface Figure {
  readonly name: string
  /** Part of a quick run. */
  readonly isQuick: boolean
  readonly expected: Expectations
  measure(options: { readonly quick: boolean }): Promise<Result>
}

/** All figures, in the order in which they are measured. */
export const figures: readonly Figure[] = [
  { name: "bad", isQuick: true, measure: bad, expected: badExpected },
  { name: "revoke", isQuick: true, measure: revoke, expected: revokeExpected },
  { name: "cost", isQuick: true, measure: cost, expected: costExpected },
  { name: "switches", isQuick: false, measure: switches, expected: switchesExpected },
  { name: "laptop", isQuick: false, measure: laptop, expected: laptopExpected },
  { name: "day", isQuick: false, measure: day, expected: dayExpected },
  { name: "jwt_cli", isQuick: false, measure: jwtCli, expected: jwtCliExpected },
  { name: "shared_secrets", isQuick: false, measure: sharedSecrets, expected: sharedSecretsExpected },
  { name: "migration", isQuick: false, measure: migration, expected: migrationExpected },
  {
    name: "migration_interrupted",
    isQuick: false,
    measure: migrationInterrupted,
    expected: interruptedExpected,
  },
]
