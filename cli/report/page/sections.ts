import type { Member } from "../fleet.ts"
import type { Impact } from "../impact.ts"
import type { Finding, Outlook } from "../outlook.ts"
import { states } from "../standing.ts"
import { badge } from "./marks.ts"
import { type Markup, markup, none } from "./markup.ts"
import { describeMembers, picture } from "./picture.ts"

/** A longer list of members is folded. */
const openMembers = 12

/** Returns the fleet as pictures for wide and narrow pages, and as text. */
export function fleet({ members }: Outlook): Markup {
  if (members.length === 0) return none
  const worstFirst = members.toSorted((one, other) => states.indexOf(other.state) - states.indexOf(one.state))
  const open = members.length <= openMembers ? markup` open` : none
  return section(
    "fleet",
    "Fleet",
    markup`<figure>${picture(members, 3, "wide")}${picture(members, 1, "narrow")}
<figcaption><ul class="legend">${states.map((state) => markup`<li>${badge(state, meanings[state])}</li>`)}</ul></figcaption></figure>
<details${open}><summary>As text: ${describeMembers(members)}</summary>
<ul class="members">${worstFirst.map(memberItem)}</ul></details>`,
  )
}

const meanings: { readonly [state in (typeof states)[number]]: string } = {
  ok: "ok: as expected",
  changes: "changes: as requested",
  warning: "warning: needs your attention",
  broken: "broken: rejected or unreadable",
}

function memberItem({ kind, name, host, state, words, link }: Member): Markup {
  const place = host === "" ? kind : `${kind} on ${host}`
  const route = link ? [`its route to ${link.to}: ${link.words}`] : []
  const lines = [...words, ...route].map((each) => markup`<li>${text(each)}</li>`)
  return markup`<li>${badge(state, state)} <b>${text(name)}</b> <span class="muted">${text(place)}</span>${lines.length > 0 ? markup`<ul>${lines}</ul>` : none}</li>
`
}

export function findings({ findings }: Outlook): Markup {
  return list("findings", "Findings", findings.map(findingItem), "cards")
}

function findingItem({ severity, name, message, remedy }: Finding): Markup {
  const state = severity === "error" ? "broken" : "warning"
  const who = name === "" ? none : markup` <b>${text(name)}</b>`
  const how = remedy === undefined ? none : markup`<p class="remedy"><span>What to do</span> ${text(remedy)}</p>`
  return markup`<li class="${state}">${badge(state, severity)}${who}<p>${text(message)}</p>${how}</li>
`
}

const heads = ["place", "before", "after", "why"] as const

export function places({ places }: Outlook): Markup {
  if (places.length === 0) return none
  const rows = places.map(
    ({ name, before, after, why, differs }) =>
      markup`<tr role="row"><th scope="row" role="rowheader" data-label="place">${text(name)}${differs ? badge("warning", "differs") : none}</th><td role="cell" data-label="before">${text(before)}</td><td role="cell" data-label="after">${text(after)}</td><td role="cell" data-label="why">${text(why)}</td></tr>
`,
  )
  // Roles, because some browsers drop a table's semantics when its rows are stacked.
  return section(
    "places",
    "Places that change",
    markup`<table role="table" aria-labelledby="places"><thead role="rowgroup"><tr role="row">${heads.map((head) => markup`<th scope="col" role="columnheader">${head}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows}</tbody></table>`,
  )
}

const restarts: { readonly [restart in Impact["restart"]]: string } = {
  none: "no restart",
  reconnect: "clients reconnect",
  perhaps: "restarts if needed",
  gap: "gap of a second",
  once: "restarts once",
}

export function impacts({ impacts }: Outlook): Markup {
  const items = impacts.map(({ name, restart, words }) => {
    const state = restart === "none" ? "ok" : "changes"
    return markup`<li>${badge(state, restarts[restart])} <b>${text(name)}</b><p>${text(words)}</p></li>
`
  })
  return list("impacts", "Restarts and interruption", items, "cards")
}

export function names(id: "created" | "removed", title: string, names: readonly string[]): Markup {
  return list(
    id,
    title,
    names.map((name) => markup`<li>${text(name)}</li>`),
    "names",
  )
}

function list(id: string, title: string, items: readonly Markup[], style: string): Markup {
  return items.length === 0 ? none : section(id, title, markup`<ul class="${style}">${items}</ul>`)
}

function section(id: string, title: string, body: Markup): Markup {
  return markup`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${body}</section>
`
}

/** Returns foreign text, which may be right-to-left, with quoted parts as code. */
function text(text: string): Markup {
  const parts = text
    .split(/`([^`]+)`/)
    .map((part, at) => (at % 2 === 1 ? markup`<code>${part}</code>` : markup`${part}`))
  return markup`<bdi>${parts}</bdi>`
}
