import type { Rule } from "../rule.ts"
import { exposedGateway } from "./exposed-gateway.ts"
import { forgeableIdentity } from "./forgeable-identity.ts"
import { guardLifetime } from "./guard-lifetime.ts"
import { keepAlive } from "./keep-alive.ts"
import { launchAgentToken } from "./launch-agent-token.ts"
import { openSecondPath } from "./open-second-path.ts"
import { publicDefault } from "./public-default.ts"
import { readablePlace } from "./readable-place.ts"
import { tokenAge } from "./token-age.ts"
import { tokenInArguments } from "./token-in-arguments.ts"
import { unpinnedImage } from "./unpinned-image.ts"
import { weakToken } from "./weak-token.ts"

export const rules: readonly Rule[] = [
  weakToken,
  publicDefault,
  tokenAge,
  readablePlace,
  tokenInArguments,
  launchAgentToken,
  exposedGateway,
  keepAlive,
  unpinnedImage,
  guardLifetime,
  openSecondPath,
  forgeableIdentity,
]
