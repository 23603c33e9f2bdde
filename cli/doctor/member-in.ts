import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import type { Target } from "../../survey/collect/survey.ts"
import { deviceOf } from "../../survey/resolve/device.ts"
import type { GatewayView, NodeView } from "../../survey/resolve/view.ts"
import type { World } from "../../survey/resolve/world.ts"

/** Finds the member of that home. */
export function memberIn(
  world: World,
  own: Target,
  { name, free }: { readonly name: string | undefined; readonly free: boolean },
  unseen: readonly string[],
): GatewayView | NodeView {
  const views = [...world.nodes, ...world.gateways].filter(
    ({ survey: { target } }) => target.host === own.host && target.home === own.home,
  )
  const match = name === undefined ? undefined : views.find((view) => view.name === name || hasDisplayName(view, name))
  const found = match ?? (free ? undefined : views[0])
  if (found) return found
  if (unseen.length > 0) throw new UserError(unseen.join("\n"))
  if (free && name !== undefined)
    throw new UserError(
      `no ${shown(name)} was found on ${own.host}, and no stack here declares it${views.length > 0 ? `; found: ${views.map((view) => view.name).join(", ")}` : "; name its host: --host ssh://…"}`,
    )
  throw new UserError(
    `no node and no gateway was found on ${own.host}${own.home === "~" ? "" : ` in ${shown(own.home)}`}: none runs, no service starts one, and no config declares one; name its host: --host ssh://…`,
  )
}

/** Checks whether the member has this display name: in its definition, or at its gateway. */
function hasDisplayName(view: GatewayView | NodeView, name: string): boolean {
  const { process, definitions } = view.member
  const displayName =
    process?.displayName ?? definitions.find(({ options }) => options?.displayName)?.options?.displayName
  return displayName === undefined
    ? "gateway" in view && deviceOf(view)?.paired?.name.is(name) === true
    : displayName === name
}
