import type { Incident } from "../incident.ts"
import { configs } from "./config.ts"
import { environment } from "./environment.ts"
import { realIncident } from "./incident.ts"
import { launchAgents } from "./launch-agents.ts"
import { listeners } from "./listeners.ts"
import { network } from "./network.ts"
import { pairings } from "./pairings.ts"
import { secretFiles } from "./secret-file.ts"

/** All of them, in an order in which few members are started anew. */
export const incidents: readonly Incident[] = [
  ...realIncident,
  ...launchAgents,
  ...secretFiles,
  ...environment,
  ...configs,
  ...network,
  ...listeners,
  ...pairings,
]
