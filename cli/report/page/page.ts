import { createHash } from "node:crypto"
import { describeInterruption } from "../impact.ts"
import { hasFindings, type Outlook } from "../outlook.ts"
import { badge } from "./marks.ts"
import { type Markup, markup, none } from "./markup.ts"
import { findings, fleet, impacts, names, places } from "./sections.ts"
import { style } from "./style.ts"

/** Returns the outlook as one HTML page that loads and runs nothing: its policy allows only its own style. */
export function pageOf(outlook: Outlook): string {
  const { stack, headline, created, removed } = outlook
  const title = stack === "" ? "gatekey" : `gatekey ${stack}`
  const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'`
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}: ${headline}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<a class="skip" href="#report">Skip to the report</a>
<header>
<p class="stack">${title}</p>
<h1>${parts(capital(headline))}</h1>
<p>${overallBadge(outlook)}</p>
</header>
<main id="report" tabindex="-1">
${facts(outlook)}${fleet(outlook)}${findings(outlook)}${places(outlook)}${impacts(outlook)}${names("created", "Created", created)}${names("removed", "Removed", removed)}</main>
<footer><p>What <code>pulumi up</code> would do, according to <code>pulumi preview</code>. This page contains no token.</p></footer>
</body>
</html>
`.markup
}

function overallBadge(outlook: Outlook): Markup {
  if (!outlook.whole) return badge("broken", "The preview failed: what follows its errors was not checked")
  return hasFindings(outlook) ? badge("warning", "Needs your attention") : badge("ok", "No action needed")
}

/** Returns the key facts. */
function facts({ rotation, places, firstPlaces, findings, impacts }: Outlook): Markup {
  const differing = places.filter(({ differs }) => differs).length
  const more = [
    ...(differing > 0 ? [`${differing} of them ${differing === 1 ? "differs" : "differ"}`] : []),
    ...(firstPlaces > 0 ? [`${firstPlaces} for the first time`] : []),
  ]
  const shown = [
    ["Rotation", rotation ? `${rotation.from} → ${rotation.to}` : "none"],
    ["Places that change", String(places.length + firstPlaces), more.join(", ")],
    ["Findings", String(findings.length)],
    ...(impacts.length > 0 ? [["Interruption", capital(describeInterruption(impacts))]] : []),
  ]
  return markup`<dl class="facts">${shown.map(([what = "", answer = "", more = ""]) => markup`<div><dt>${what}</dt><dd>${answer}${more === "" ? none : markup` <span class="muted">${more}</span>`}</dd></div>`)}</dl>
`
}

/** Splits the headline, so that lines break between its parts. */
function parts(headline: string): readonly Markup[] {
  return headline.split(/(?<=,) /).map((part, at) => markup`${at > 0 ? " " : ""}<span>${part}</span>`)
}

function capital(text: string): string {
  return text.replace(/^[a-z]/, (letter) => letter.toUpperCase())
}
