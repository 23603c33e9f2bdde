import type { Incident } from "../incident.ts"
import { clients } from "./clients.ts"
import { configs } from "./config.ts"
import { copies } from "./copies.ts"
import { environment } from "./environment.ts"
import { realIncident } from "./incident.ts"
import { launchAgents } from "./launch-agents.ts"
import { listeners } from "./listeners.ts"
import { modes } from "./modes.ts"
import { network } from "./network.ts"
import { pairings } from "./pairings.ts"
import { passages } from "./passages.ts"
import { secretFiles } from "./secret-file.ts"
import { sources } from "./sources.ts"

/** All of them, in an order in which few members are started anew. */
export const incidents: readonly Incident[] = [
  ...realIncident,
  ...launchAgents,
  ...secretFiles,
  ...copies,
  ...clients,
  ...environment,
  ...sources,
  ...configs,
  ...network,
  ...passages,
  ...modes,
  ...listeners,
  ...pairings,
]
