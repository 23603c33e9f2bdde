import { omitUndefined } from "../../../core/given.ts"
import type { Notice } from "../../../core/notice.ts"
import type { HandshakeEvaluation } from "./evaluate.ts"

export function describeHandshake({ message, remedy }: HandshakeEvaluation): Notice {
  return { message, ...omitUndefined({ fix: remedy }) }
}
