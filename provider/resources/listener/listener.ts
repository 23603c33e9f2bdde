import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../../core/errors.ts"
import { declared } from "../../declare.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { settleListener } from "./act.ts"
import { describeReported, describeWrong } from "./describe.ts"
import { evaluateListener } from "./evaluate.ts"
import { warnWhenExposed } from "./exposed.ts"
import {
  completed,
  deciding,
  identity,
  isKnown,
  type ListenerInputs,
  listenerDeclaration,
  listenerId,
} from "./inputs.ts"
import { addressOutputs, outputsOf } from "./outputs.ts"

export const listener: Resource = {
  async check({ news }) {
    return completed(news)
  },

  diff({ run, urn, olds, news, log }) {
    warnWhenExposed(run, urn, { ...news, addresses: olds.addresses }, log)
    const replaces = identity.filter((key) => olds[key] !== news[key])
    const asked = deciding.filter((key) => !isDeepStrictEqual(olds[key], news[key]))
    const drifted = olds.owner !== news.owner && olds.owner !== olds.told ? ["owner"] : []
    return { changes: [...replaces, ...asked, ...drifted], replaces }
  },

  async create({ run, urn, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    const outputs = preview
      ? await previewListener(run, news, "info", log)
      : await settleListener(run, news, "info", log)
    warnWhenExposed(run, urn, outputs, log)
    return { id: listenerId(news), outputs }
  },

  async read({ run, id, inputs, state }) {
    if (inputs.port === undefined) throw new UserError(`${id}: a listener is not imported; declare it`)
    const known = declared(listenerDeclaration, inputs)
    const now = await evaluateListener(run, { ...known, owner: String(completed(inputs).inputs.owner) })
    const { owner, verdict } = now
    // After it was right once, the same finding is reported again.
    const { told, addresses: _, ...rest } = state
    if (verdict !== "right" && owner !== told) run.troubles.noteTrouble(known.host)
    const outputs = { ...rest, ...inputs, owner, ...addressOutputs(now), ...(verdict === "right" ? {} : { told }) }
    return { id, inputs: { ...inputs, owner }, outputs }
  },

  async update({ run, news, preview, log }) {
    if (!isKnown(news)) return news
    return preview ? previewListener(run, news, "warning", log) : settleListener(run, news, "warning", log)
  },

  async delete() {},
}

/** Reports in a preview what uses the port, and what `up` will do about it. */
async function previewListener(
  run: Run,
  inputs: ListenerInputs,
  severity: "info" | "warning",
  log: Log,
): Promise<Properties> {
  const now = await evaluateListener(run, inputs)
  if (now.verdict === "wrong") log("warning", describeWrong(now, inputs))
  if (now.verdict === "reported") log(severity, describeReported(now, inputs))
  return { ...outputsOf(inputs), ...addressOutputs(now) }
}
