/** The colours of a picture of a terminal. */
interface Colours {
  readonly ground: string
  readonly border: string
  readonly text: string
  readonly command: string
  readonly update: string
  readonly warning: string
  readonly fix: string
}

export const themes: { readonly [theme in "light" | "dark"]: Colours } = {
  light: {
    ...{ ground: "#ffffff", border: "#d0d7de", text: "#1f2328", command: "#0550ae" },
    ...{ update: "#7d4e00", warning: "#9a3412", fix: "#116329" },
  },
  dark: {
    ...{ ground: "#0d1117", border: "#30363d", text: "#e6edf3", command: "#79c0ff" },
    ...{ update: "#e3b341", warning: "#ffa657", fix: "#7ee787" },
  },
}

const [columnWidth, lineHeight, margin] = [7.83, 20, 18]

/** Draws lines as a terminal shows them: an SVG that loads nothing, whose text can be selected and searched. */
export function terminalSvg(text: string, theme: keyof typeof themes): string {
  const colours = themes[theme]
  const lines = text.trimEnd().split("\n")
  const width = Math.ceil(Math.max(...lines.map(({ length }) => length)) * columnWidth) + 2 * margin
  const height = lines.length * lineHeight + 2 * margin
  const drawn = lines.map((line, at) => {
    const y = margin + (at + 0.75) * lineHeight
    return `<text x="${margin}" y="${y}" fill="${colours[kindOf(line)]}" xml:space="preserve">${escaped(line)}</text>`
  })
  const ground = `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${colours.ground}" stroke="${colours.border}"/>`
  const font = `font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13"`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" ${font}>
<title>A preview that names a drifted place</title>
${[ground, ...drawn].join("\n")}
</svg>
`
}

/** Returns the lines of such a picture. */
export function linesOfSvg(svg: string): string {
  const lines = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, line = ""]) => line)
  return `${lines.join("\n").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")}\n`
}

function kindOf(line: string): Exclude<keyof Colours, "ground" | "border"> {
  if (line.startsWith("$ ")) return "command"
  if (/^ *[~+-] /.test(line)) return "update"
  const [, kind] = /^ *(warning|fix):/.exec(line) ?? []
  return kind === "warning" || kind === "fix" ? kind : "text"
}

function escaped(line: string): string {
  return line.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
}
