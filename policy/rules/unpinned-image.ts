import { shown } from "../../core/escape.ts"
import type { PolicySettings, Rule } from "../rule.ts"
import { docker, gatekey, type Subject, stringOrUndefined } from "../subject.ts"

export const unpinnedImage: Rule = {
  name: "unpinned-image",
  description: "An image is named by its digest, not by a tag that can be moved.",
  fix: "Name it `NAME@sha256:…`, or allow a version by the setting `accept: version`.",
  level: "advisory",
  settings: {
    accept: {
      type: "string",
      description: "`digest`: only NAME@sha256:…; `version`: also a complete version as its tag, such as 2026.9.1.",
      default: "digest",
      enum: ["digest", "version"],
    },
  },
  evaluate(stack, settings) {
    // A container that gatekey makes is three resources with one image: it is reported once.
    const first = new Map<string, Subject>()
    for (const subject of stack) {
      const image = imageOf(subject)
      if (image !== undefined && !first.has(image)) first.set(image, subject)
    }
    return [...first].flatMap(([image, subject]) => {
      const problem = checkImage(image, settings)
      return problem ? [{ subject, message: `${shown(image)} ${problem}` }] : []
    })
  },
}

function imageOf({ type, props }: Subject): string | undefined {
  if (type === docker.remoteImage) return stringOrUndefined(props.name)
  return type === docker.container || type === gatekey.incarnation ? stringOrUndefined(props.image) : undefined
}

function checkImage(image: string, { accept }: PolicySettings): string | undefined {
  if (/(?:^|@)sha256:[0-9a-f]{64}$|^[0-9a-f]{64}$/.test(image)) return undefined
  const [, tag] = /:([\w][\w.-]*)$/.exec(image.replace(/@.*|^.*\//g, "")) ?? []
  const pin = "name its digest (`docker buildx imagetools inspect` shows it)"
  if (tag === undefined) return `has no tag, so it is whatever \`latest\` is: ${pin}`
  if (!/^v?\d+\.\d+\.\d+(?:[-+.][\w.+-]+)?$/.test(tag)) return `has a tag that moves: ${pin}`
  return accept === "version" ? undefined : `has a tag, which can be moved: ${pin}`
}
