import type { FormatName } from "../../../core/content.ts"
import { Secret } from "../../../core/secret.ts"
import { formats } from "../../../places/index.ts"
import { parseTaggedAnswer } from "../../../probes/services/script.ts"
import { copiesByValue } from "../../../survey/collect/values/copies-by-value.ts"
import { documentsIn } from "../../../survey/files/compose/documents.ts"
import { expand } from "../../../survey/files/compose/expand.ts"
import { inlineSecretsIn, linksIn } from "../../../survey/files/compose/links.ts"
import { copiesIn } from "../../../survey/files/copies.ts"
import type { Kind } from "../../../survey/files/kinds.ts"
import { filesRead, heldInForeign, heldInScript } from "../../../survey/files/script-text.ts"
import { plistBinary } from "./binary.ts"
import { anywhere } from "./rows/anywhere.ts"
import { compose } from "./rows/compose.ts"
import { dotenv } from "./rows/dotenv.ts"
import { environmentFile } from "./rows/environment-file.ts"
import { json5 } from "./rows/json5.ts"
import { otherShells } from "./rows/other-shells.ts"
import { plist } from "./rows/plist.ts"
import { inText, supervisor } from "./rows/script.ts"
import { shell } from "./rows/shell.ts"
import { systemd } from "./rows/systemd.ts"
import { around, each, nested, O, type Texts, x } from "./rows/texts.ts"
import { V, values } from "./rows/values.ts"

/** A text that grows with `n`, and all that is done with it. */
export interface Row {
  readonly name: string
  readonly text: (n: number) => string | Uint8Array
  readonly run: readonly ((text: string | Uint8Array) => unknown)[]
}

function rowsOf(name: FormatName, locator: string, texts: Texts, label: string = name): Row[] {
  const format = formats[name]
  const bytes = (text: string | Uint8Array) => Buffer.from(text as string)
  return Object.entries(texts).map(([what, text]) => ({
    name: `${label}: ${what}`,
    text,
    run: [
      (all) => format.find(bytes(all), locator),
      (all) => format.put(bytes(all), locator, "other"),
      (all) => format.drop(bytes(all), locator),
    ],
  }))
}

const surveyed =
  (kind: Kind, path = "/home/a/b.sh") =>
  (all: string | Uint8Array) => {
    const file = { kind, path, mode: 0o600, uid: 1, links: 1, mtime: 1, isLink: false }
    copiesIn(file, { kind: "file", bytes: Buffer.from(all as string), mode: 0o600, leftover: false })
  }

const copied = (path: string) => (all: string | Uint8Array) => {
  const file = { kind: "copy", path, mode: 0o600, uid: 1, links: 1, mtime: 1, isLink: false } as const
  copiesByValue(file, String(all), [new Secret(V)], [], "/home/a")
}

function surveyRows(label: string, texts: Texts, run: Row["run"]): Row[] {
  return Object.entries(texts).map(([what, text]) => ({ name: `${label}: ${what}`, text, run }))
}

export const rows: readonly Row[] = [
  ...rowsOf("json5", "token", { ...anywhere, ...json5 }),
  ...rowsOf(
    "json5",
    "a.b.token",
    { "deep objects": nested("{a:", "1", "}"), "equal parents": around("{", "a: {b: {token: 'a'}}, ", "}") },
    "json5, deeper",
  ),
  ...rowsOf("dotenv", O, { ...anywhere, ...dotenv }),
  ...rowsOf("shell", O, { ...anywhere, ...shell }),
  ...rowsOf("shell", "--token", shell, "shell, a flag"),
  ...rowsOf("environment-file", O, { ...anywhere, ...environmentFile }),
  ...rowsOf("systemd", O, { ...anywhere, ...systemd }),
  ...rowsOf("systemd", "--token", systemd, "systemd, a flag"),
  ...rowsOf("compose", `a.${O}`, { ...anywhere, ...compose }),
  ...rowsOf("plist", O, { ...anywhere, ...plist }),
  ...rowsOf("plist", "--token", plist, "plist, a flag"),
  ...rowsOf("plist", O, plistBinary, "binary plist"),
  ...rowsOf("plist", "--token", plistBinary, "binary plist, a flag"),
  ...rowsOf("file", "*", anywhere),
  ...surveyRows("script", { ...anywhere, ...shell, ...inText }, [
    (all) => heldInScript(String(all)),
    (all) => heldInForeign(String(all)),
    (all) => filesRead(String(all)),
  ]),
  ...surveyRows("a script of a home", { ...shell, ...inText }, [surveyed("script")]),
  ...surveyRows("a Quadlet of a home", { ...anywhere, ...systemd }, [surveyed("script", "/home/a/b.container")]),
  ...surveyRows("a supervisor's file of a home", { ...anywhere, ...supervisor }, [
    surveyed("script", "/home/a/supervisord.conf"),
  ]),
  ...surveyRows("a profile of a home", shell, [surveyed("profile")]),
  ...surveyRows("a .env of a home", { ...anywhere, ...dotenv }, [surveyed("dotenv")]),
  ...surveyRows("a crontab of a home", { ...anywhere, ...shell, ...inText }, [surveyed("crontab")]),
  ...surveyRows("a Compose file of a home", compose, [surveyed("compose environment")]),
  ...surveyRows("links of a Compose file", compose, [
    (all) => documentsIn(String(all)).flatMap((yaml) => [...linksIn(yaml), ...inlineSecretsIn(yaml)]),
  ]),
  ...surveyRows("a fish profile of a home", { ...anywhere, ...otherShells }, [surveyed("profile", "/home/a/b.fish")]),
  ...surveyRows("a csh profile of a home", { ...anywhere, ...otherShells }, [surveyed("profile", "/home/a/.login")]),
  ...surveyRows("a unit of a home", systemd, [surveyed("unit environment", "/home/a/b.service")]),
  ...surveyRows("a drop-in of a home", systemd, [surveyed("unit drop-in", "/home/a/b.service.d/c.conf")]),
  ...surveyRows("a launch agent of a home", plist, [surveyed("launch agent environment", "/home/a/b.plist")]),
  ...surveyRows("a config of a home", json5, [surveyed("config", "/home/a/.openclaw/openclaw.json")]),
  ...surveyRows(
    "a file that has a token",
    values,
    ["a.json", ".env", "a.txt"].map((name) => copied(`/home/a/${name}`)),
  ),
  ...surveyRows(
    "a value of a Compose file",
    { ...values, "unclosed expressions": x("${A:-"), closed: nested("${A:-", "a", "}") },
    [(all) => expand(String(all), () => undefined)],
  ),
  ...surveyRows("a secret of a Compose file", { ...anywhere, ...dotenv }, [surveyed("compose secret", "/home/a/b")]),
  ...surveyRows("a .env of a Compose file", { ...anywhere, ...dotenv }, [surveyed("compose dotenv", "/home/a/.env")]),
  ...surveyRows(
    "an answer",
    { "lines of a tag": x("gk:a b\n"), tags: each((i) => `gk:${"a".repeat(1 + (i % 50))} b\n`) },
    [(all) => parseTaggedAnswer(Buffer.from(`${all}gk:end\n`))],
  ),
]
