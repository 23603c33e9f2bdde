import type { Ground } from "./cause.ts"
import { type Cause, sortCauses } from "./cause.ts"
import { gatewayCauses } from "./gateway.ts"
import { nodeCauses } from "./node.ts"
import { clockCauses, containerCauses, placeCauses } from "./place.ts"
import { proxyCauses } from "./proxies.ts"
import { serviceCauses } from "./service.ts"
import { undeclaredGatewayCauses } from "./undeclared-gateways.ts"
import { unreadCauses } from "./unread.ts"

export type { Cause, Ground } from "./cause.ts"
export { sentenceOf } from "./cause.ts"

/** Returns all causes, the heaviest first. */
export function causesOf(ground: Ground): Cause[] {
  const { gateways, nodes, surveys } = ground.world
  return sortCauses([
    ...gateways.flatMap((view) => gatewayCauses(view, ground)),
    ...nodes.flatMap((view) => nodeCauses(view, ground)),
    ...[...gateways, ...nodes].flatMap((view) => serviceCauses(view, ground)),
    ...surveys.flatMap((survey) => [
      ...proxyCauses(survey, ground.world),
      ...undeclaredGatewayCauses(survey, ground.world),
      ...unreadCauses(survey, ground.world),
      ...containerCauses(survey, ground),
      ...placeCauses(survey, ground),
      ...clockCauses(survey, survey.surveyedAt),
    ]),
  ])
}
