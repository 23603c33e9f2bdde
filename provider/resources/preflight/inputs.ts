import { listLeaving, type Members } from "../../../core/leaving.ts"
import { may, need } from "../../declare.ts"
import { gatewayAt } from "../../gateways/gateway-at.ts"
import { type Files, files, filesIn } from "../../hosts/files.ts"
import { isObject, list, positive, record, string, strings } from "../../kinds.ts"
import type { Properties } from "../../wire.ts"
import { adopt } from "../token/inputs.ts"

export const preflightDeclaration = {
  about:
    "Reaches all remote hosts before anything else is inspected; a rotation begins only if all of them can be updated.",
  inputs: {
    rotation: need(positive, "The generation that must be in force."),
    hosts: need(files, "The files on each host that must be reached, or written in a rotation, by host."),
    markers: may(files, "The files in which each host keeps what it has seen of the fleet, by host. Default: none."),
    backups: may(files, "Backups of configs, which may contain the token, by host. Default: none."),
    members: may(record(string), "What gets the token, by name: `node on ssh://me@tw.local`. Default: none."),
    trusting: may(
      record(string),
      "Gateways to which the token is worth nothing, by name, as in `members`. Default: none.",
    ),
    mayLag: may(strings, "Hosts that a rotation skips if they do not answer. Default: none."),
    supersede: may(positive, "The highest generation that this state does not know and may overrule. Default: none."),
    gateways: may(
      list(gatewayAt, "a list"),
      "The gateways: one that runs must accept a known token before it gets another one. Default: none.",
    ),
    adopt: may(adopt, "The token in use that the Token adopts. Default: none."),
  },
  computed: {
    newer: need(string, "`none`, or a description of the hosts that have seen a higher generation."),
    highest: need(positive, "The highest generation that was ever declared."),
  },
  outputs: {},
}

export function membersIn({ members }: Properties): Members {
  return membersOf(members)
}

/** Lists the members that knew the token and get it no more, while it may still be worth something to them. */
export function leavingMembers(olds: Properties, news: Properties): string[] {
  return listLeaving(membersIn(olds), { ...membersIn(news), ...membersOf(news.trusting) })
}

function membersOf(value: unknown): Members {
  if (!isObject(value)) return {}
  return Object.fromEntries(Object.entries(value).map(([name, where]) => [name, String(where)]))
}

/** Returns the files of the places and of the markers. */
export function filesOf({ hosts, markers }: Properties): Files {
  return mergeFiles(filesIn(hosts), filesIn(markers))
}

export function mergeFiles(one: Files, other: Files): Files {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return Object.fromEntries([...names].map((host) => [host, [...(one[host] ?? []), ...(other[host] ?? [])]]))
}

/** Returns the highest generation that the state knows. */
export function knownTo({ highest, rotation }: Properties): number {
  return Number(highest ?? rotation ?? 0)
}
