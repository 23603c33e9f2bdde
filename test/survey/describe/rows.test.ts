import { expect, it } from "vitest"
import { Foreign } from "../../../core/foreign.ts"
import { omitUndefined } from "../../../core/given.ts"
import type { Verdict } from "../../../gateways/verdict.ts"
import { rowsOf } from "../../../survey/describe/rows.ts"
import type { Inquiry } from "../../../survey/resolve/inquiry.ts"
import { suspectsOf } from "../../../survey/resolve/suspects.ts"
import { gatewayOf, groundOf, type Papers, processOf, surveyOf } from "../../support/survey/papers.ts"
import { strong } from "../../support/tokens.ts"

const [token, password] = [strong(), strong()]
const config = "~/.openclaw/openclaw.json"
const dotenv = "~/.openclaw/.env"
const variable = "OPENCLAW_GATEWAY_PASSWORD"
const auth = (text: string) => ({ [config]: `{gateway:{mode:"local",auth:{${text}}}}` })

function viewOf(papers: Papers, environment: Record<string, string> = {}, inquiry: Partial<Inquiry> = {}) {
  const snapshot = { processes: [processOf("openclaw gateway run", environment)] }
  const survey = surveyOf(papers, { snapshot, target: { host: "ssh://studio", home: "~" } })
  const verdict = inquiry.verdict ?? { kind: "answers" }
  return gatewayOf(survey, { verdict, inquiry: { verdict, refused: [], untried: 0, ...inquiry } })
}

const refused = (code: string): Verdict => ({ kind: "refused", code: new Foreign(code) })

/** What the table says of each place: whose credential it is, and who reads it. */
function table(papers: Papers, environment: Record<string, string> = {}, inquiry: Partial<Inquiry> = {}) {
  const view = viewOf(papers, environment, inquiry)
  return rowsOf(groundOf([view]), []).map(({ place, secret, readers }) => [
    place.replace(/.* /, ""),
    secret,
    ...readers,
  ])
}

it.each<[string, Papers, Record<string, string>, string[][]]>([
  [
    "a variable that the config's password refers to is a password",
    { ...auth(`mode:"password",password:"\${MY_WORD}"`), [dotenv]: `MY_WORD=${password}\n` },
    {},
    [
      ["MY_WORD", "password", "studio (wins)"],
      ["gateway.auth.password", "password"],
    ],
  ],
  [
    "beside a password and without a mode, the token does not count",
    { ...auth(`token:"${token}"`), [dotenv]: `${variable}=${password}\n` },
    {},
    [
      ["gateway.auth.token", "token", "studio (its password wins)"],
      [variable, "password", "studio (wins)"],
    ],
  ],
  [
    "the same, where the process was given the password",
    auth(`token:"${token}"`),
    { [variable]: password },
    [
      ["gateway.auth.token", "token", "studio (its password wins)"],
      [variable, "password", "studio (wins)"],
    ],
  ],
  [
    "without authentication no token is checked",
    auth(`mode:"none",token:"${token}"`),
    {},
    [["gateway.auth.token", "token", "studio (not checked)"]],
  ],
])("%s", (_, papers, environment, rows) => {
  expect(table(papers, environment)).toEqual(rows)
})

it.each<[string, Verdict, Verdict, string]>([
  [
    "asks for a password, as a flag says that nobody sees",
    refused("AUTH_PASSWORD_MISSING"),
    { kind: "answers" },
    "its password wins",
  ],
  ["lets everybody in", { kind: "accepted" }, { kind: "accepted" }, "not checked"],
])("of a gateway that %s its token is not said to count", (_, verdict, anonymous, words) => {
  expect(table(auth(`token:"${token}"`), {}, { verdict, anonymous })[0]).toEqual([
    "gateway.auth.token",
    "token",
    `studio (${words})`,
  ])
})

it("what a gateway has just accepted counts, whatever its files say of its mode", () => {
  const papers = { ...auth(`token:"${token}"`), [dotenv]: `${variable}=${password}\n` }
  const view = viewOf(papers)
  const [inUse] = suspectsOf(view.member, view.survey, view.next.candidates, "token")
  expect(inUse?.value.reveal()).toBe(token)
  expect(table(papers, {}, omitUndefined({ inUse }))[0]).toEqual(["gateway.auth.token", "token", "studio (wins)"])
})
