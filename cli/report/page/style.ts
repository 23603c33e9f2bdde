/** Contrast: text at least 4.5 : 1 on its background, lines and shapes at least 3 : 1. */
const light = `
  --page: #f6f7f9; --card: #ffffff; --text: #1c2128; --muted: #56606b; --rule: #d5dae0; --trunk: #7d8894; --focus: #0550ae;
  --ok: #1a7037; --ok-card: #f1faf3; --changes: #0550ae; --changes-card: #f0f6ff;
  --warning: #855300; --warning-card: #fff8e8; --broken: #b3151d; --broken-card: #fff1f1;`

const dark = `
  --page: #0e1217; --card: #161b22; --text: #e6eaef; --muted: #9ea8b3; --rule: #2d353f; --trunk: #77828e; --focus: #8cc4ff;
  --ok: #5fd27a; --ok-card: #14231b; --changes: #8cc4ff; --changes-card: #142234;
  --warning: #e8b84a; --warning-card: #292213; --broken: #ff8f88; --broken-card: #2e1a1c;`

const page = `
* { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 1040px; padding: 40px 24px 32px; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere;
}
h1 { margin: 2px 0 12px; font-size: 1.75em; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; text-wrap: balance; }
h1 span { display: inline-block; }
h2 { margin: 0 0 14px; font-size: 1.125em; line-height: 1.3; font-weight: 650; }
p { margin: 0; }
ul { margin: 0; padding: 0; list-style: none; }
b { font-weight: 650; }
code { font: .92em ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
header { margin-bottom: 28px; }
main { outline-offset: 8px; }
section { margin: 0 0 20px; padding: 20px 24px 24px; background: var(--card); border: 1px solid var(--rule); border-radius: 12px; }
footer { padding: 8px 24px; color: var(--muted); font-size: .875em; }
.stack, .muted { color: var(--muted); }
.skip { position: absolute; left: 24px; top: 8px; padding: 6px 12px; background: var(--card); color: var(--focus); border-radius: 6px; }
.skip:not(:focus) { clip-path: inset(50%); width: 1px; height: 1px; padding: 0; overflow: hidden; white-space: nowrap; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 3px; border-radius: 4px; }
.ok { --state: var(--ok); --tint: var(--ok-card); }
.changes { --state: var(--changes); --tint: var(--changes-card); }
.warning { --state: var(--warning); --tint: var(--warning-card); }
.broken { --state: var(--broken); --tint: var(--broken-card); }
.badge { color: var(--state); font-weight: 600; }
.mark { width: 1.15em; height: 1.15em; margin-right: .4em; vertical-align: -.24em; }
.shape { fill: var(--state); }
.sign { fill: none; stroke: var(--card); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 140px), 1fr)); gap: 16px 32px; margin: 0 0 28px; }
.facts div { border-top: 2px solid var(--rule); padding-top: 10px; }
dt { color: var(--muted); font-size: .875em; }
dd { margin: 0; font-size: 1.125em; font-weight: 600; line-height: 1.35; }
dd .muted { font-size: .78em; font-weight: 400; }`

const lists = `
.cards { display: grid; gap: 12px; }
.cards > li { padding: 2px 0 2px 14px; border-left: 3px solid var(--state, var(--rule)); }
.cards p { margin-top: 4px; }
.cards b, .members b { margin-left: 6px; }
.remedy span { color: var(--muted); margin-right: 6px; }
.names { columns: 260px; column-gap: 32px; }
.names li { break-inside: avoid; }
table { width: 100%; border-collapse: collapse; font-size: .9375em; }
th, td { padding: 10px 16px 10px 0; text-align: left; vertical-align: top; font-weight: 400; border-top: 1px solid var(--rule); }
thead th { padding-top: 0; color: var(--muted); font-size: .93em; border-top: 0; }
tbody th { font-weight: 600; width: 24%; }
td:nth-child(2), td:nth-child(3) { width: 22%; }
tr > :last-child { padding-right: 0; color: var(--muted); }
tbody .badge { display: block; font-size: .93em; }
details { margin-top: 16px; border-top: 1px solid var(--rule); padding-top: 14px; }
summary { width: fit-content; cursor: pointer; color: var(--muted); }
.members { margin-top: 12px; display: grid; gap: 10px; }
.members ul { margin: 2px 0 0 24px; color: var(--muted); font-size: .9375em; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 24px; margin-top: 18px; font-size: .875em; }
.legend .badge { font-weight: 400; }`

const fleet = `
figure { margin: 0; }
.fleet { display: block; max-width: 100%; height: auto; font-family: inherit; }
.fleet.narrow { display: none; }
.outline { fill: var(--tint); stroke: var(--state); stroke-width: 1.5; }
.inner { fill: none; stroke: var(--state); stroke-width: 1; opacity: .75; }
.trunk { fill: none; stroke: var(--trunk); stroke-width: 1.5; stroke-linejoin: round; }
.line { fill: none; stroke: var(--state); stroke-width: 2; }
.warning > .line { stroke-dasharray: 7 4; }
.broken > .line { stroke-dasharray: 2 4; }
.name { font-size: 15px; font-weight: 650; fill: var(--text); }
.where { font-size: 13px; fill: var(--muted); }
.state { font-size: 13px; font-weight: 600; fill: var(--state); }`

const narrow = `
  body { padding: 24px 16px; }
  h1 { font-size: 1.5em; }
  section { padding: 16px; }
  footer { padding: 8px 0; }
  .fleet.wide { display: none; }
  .fleet.narrow { display: block; }
  table, tbody, tr, th, td { display: block; }
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  tbody tr { padding: 12px 0; border-top: 1px solid var(--rule); }
  tbody tr:first-child { border-top: 0; padding-top: 0; }
  tbody th, tbody td { border: 0; padding: 2px 0; width: auto !important; }
  tbody td { display: grid; grid-template-columns: 4.5em 1fr; }
  td::before { content: attr(data-label); color: var(--muted); font-size: .93em; }`

const print = `
  body { max-width: none; padding: 0; background: none; font-size: 12px; }
  h2 { break-after: avoid; }
  section { padding: 12px 0; border: 0; border-top: 1px solid var(--rule); border-radius: 0; break-inside: auto; }
  tr, .cards > li, .members > li, figure, .facts { break-inside: avoid; }
  .skip { display: none; }
  details::details-content { content-visibility: visible; height: auto; }`

/** The page's only style. It has no animation. */
export const style = `
:root {${light} }
@media screen and (prefers-color-scheme: dark) { :root {${dark} } }
${page}${lists}${fleet}
@media screen and (max-width: 719px) {${narrow} }
@media (forced-colors: active) { .outline, .inner, .line, .trunk { stroke: CanvasText; } .sign { stroke: Canvas; } .shape { fill: CanvasText; } }
@page { margin: 16mm; }
@media print {${print} }
`
