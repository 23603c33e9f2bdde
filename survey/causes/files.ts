import { shellWord, shown } from "../../core/escape.ts"
import { expandHome, showPath } from "../../core/home.ts"
import { octal } from "../../core/octal.ts"
import { secretCopy } from "../resolve/candidate.ts"
import { keyOf } from "../resolve/key-of.ts"
import type { GatewayView, NodeView } from "../resolve/view.ts"
import { type Cause, hostCommand } from "./cause.ts"

type View = GatewayView | NodeView

/** Reports a config that its product cannot read, or rejects. */
export function configCauses({ name, survey, member, log }: View): Cause[] {
  const { host } = survey.target
  const { home } = survey.snapshot
  const say = (code: Cause["code"], sentence: string, remedy?: string): Cause => ({
    ...{ code, weight: "broken", who: name, host, sentence },
    ...(remedy ? { remedy } : {}),
  })
  const broken = survey.copies.filter(
    ({ kind, held, path }) => held.kind === "broken" && kind === "config" && path === member.located.config,
  )
  const lines = broken.map(({ path, held }) =>
    say(
      "config-broken",
      `${showPath(path, home)} on ${name} cannot be read: ${held.kind === "broken" ? held.reason : ""}; the ${member.isClient ? "command line" : member.role} cannot use it`,
    ),
  )
  // The product names a rejected key only in its log, which also contains earlier starts.
  const refused = log.flatMap((line) => {
    const [, where = "", key = ""] = /(\S*): Unrecognized key: "([^"]+)"/.exec(line) ?? []
    const path = [...(where === "<root>" ? [] : where.split(".")), key]
    return key !== "" && member.settings?.has(...path) ? [{ where, key }] : []
  })
  const { where = "", key } = refused.at(-1) ?? {}
  if (key !== undefined) {
    const full = /^<root>$/.test(where) ? key : `${where}.${key}`
    lines.push(
      say(
        "unknown-key",
        `the config of ${name} has a key that ${member.product} refuses, so it does not start: ${shown(full)}`,
        hostCommand(host, `${member.product} doctor --fix`),
      ),
    )
  }
  return lines
}

/** Reports a secret file that openclaw refuses. */
export function secretFileCauses({ name, survey, member, next, credential }: View): Cause[] {
  const { host } = survey.target
  const { home, owner, user } = survey.snapshot
  if (member.product !== "openclaw") return []
  const refers = survey.copies.filter(
    (copy) =>
      copy.held.kind === "file" && keyOf(copy).config === member.located.config && copy.kind.startsWith("config "),
  )
  const [reference] = refers
  if (reference?.held.kind !== "file") return []
  const path = expandHome(reference.held.path, home)
  if (reference.held.problem !== undefined) return []
  const secret = secretCopy(reference.held, survey)
  const at = showPath(path, home)
  const word = shellWord(path)
  const say = (code: Cause["code"], what: string, remedy?: string): Cause => ({
    ...{ code, weight: "broken", who: name, host },
    sentence: `the secret file ${at} of ${name} ${what}, which openclaw refuses: it has no ${credential} at its next start`,
    ...(remedy ? { remedy: hostCommand(host, remedy) } : {}),
    ...(secret ? { copies: [secret] } : {}),
  })
  if (!secret) {
    const { problem, isMissing = true } = next.candidates.find(({ copy }) => copy === reference) ?? {}
    const isUnread = problem !== undefined && !isMissing
    return [say("secret-missing", isUnread ? `cannot be read (${shown(problem)})` : "is missing")]
  }
  const { file, held } = secret
  if (!file) return []
  const causes: Cause[] = []
  if (file.isLink)
    causes.push(
      say(
        "secret-link",
        "is a symbolic link",
        `cp ${word} ${word}.new && chmod 600 ${word}.new && mv -f ${word}.new ${word}`,
      ),
    )
  else {
    if (file.links > 1)
      causes.push(
        say(
          "secret-hardlink",
          `has ${file.links} names (hard links)`,
          `cp -p ${word} ${word}.new && mv ${word}.new ${word}`,
        ),
      )
    if ((file.mode & 0o077) !== 0)
      causes.push(
        say(
          "secret-open",
          `can be ${(file.mode & 0o044) !== 0 ? "read" : "changed"} by others (${octal(file.mode)})`,
          `chmod 600 ${word}`,
        ),
      )
    if (file.uid !== owner)
      causes.push(
        say(
          "secret-owner",
          `belongs to ${file.uid === 0 ? "root" : `uid ${file.uid}`}, not to ${owner === survey.snapshot.uid ? user : `uid ${owner}`}`,
          `sudo chown ${owner} ${word}`,
        ),
      )
  }
  if (held.kind === "broken") causes.push(say("secret-unreadable", `cannot be read (${held.reason})`))
  return causes
}
