import { gatekeyCommand } from "../../core/command-line.ts"
import { shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import type { NodeView } from "../resolve/view.ts"

/** Describes how a place stops sending a wrong credential; it is removed only if another place has the right one. */
export function describeFix(copy: PlaceCopy | undefined, view: NodeView): string | undefined {
  const { survey, declared, member, credential } = view
  if (!copy?.file) return undefined
  const path = showPath(copy.path, survey.snapshot.home)
  if (copy.kind === "secret file" && copy.locator === "*") return `write the gateway's ${credential} into ${path}`
  const set = `set ${shown(copy.locator, 100)} in ${path} to the gateway's ${credential}`
  if (copy.kind === "secret file") return set
  const fix = hasRightElsewhere(copy, view) ? `remove ${copy.locator} from ${path}` : set
  return declared || member.isClient
    ? fix
    : `${fix}, or declare the node: ${gatekeyCommand} scan --write, then pulumi up`
}

function hasRightElsewhere(copy: PlaceCopy, { live, next, gateway }: NodeView): boolean {
  const wanted = gateway?.live.wins?.value
  if (!wanted) return true
  return [...live.candidates, ...next.candidates].some(
    (each) => each.copy?.path !== copy.path && each.live !== true && each.value?.equals(wanted),
  )
}
