import type { FormatName } from "../../../core/content.ts"
import type { FileSnapshot } from "../../../hosts/host.ts"
import { formats } from "../../../places/index.ts"
import { readHome } from "../../../survey/collect/home-reading.ts"
import { interpolatedCopies } from "../../../survey/files/compose/interpolated.ts"
import { composeLinksIn } from "../../../survey/files/compose/named-files.ts"
import { copiesIn } from "../../../survey/files/copies.ts"
import type { File, HomeSnapshot } from "../../../survey/files/home-snapshot.ts"
import { wantedEnvironmentFiles } from "../../../survey/files/units/units.ts"
import { corpus } from "../../places/corpus.ts"
import { surveyOf } from "../../support/survey/papers.ts"
import { expectThat, type Target, tolerate } from "../target.ts"

const value = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978"
const words = [
  ..."OPENCLAW_GATEWAY_TOKEN,--token,gateway,auth,token,export ,set -gx ,setenv ,Environment=,ExecStart=".split(","),
  ..."[Service]\n,services:\n,  environment:\n,<key>,</key>,<string>,</string>,<dict>,</dict>,<!--,-->,&amp;,$A,}".split(
    ",",
  ),
  ..."$(,`,/*,*/,//,\\\n,<<'E'\n,E\n,&a,*a,!!str,|\n,>-\n,bplist00,exec,openclaw gateway run".split(","),
]

/** Edits of each format: what is put is found, twice is once, and what is dropped is missing. */
function formatTarget(name: FormatName): Target {
  const samples = corpus.filter((each) => each.formats.some(([format]) => format === name))
  const locators = [...new Set(samples.flatMap((each) => each.formats))]
    .filter(([format]) => format === name)
    .map(([, locator]) => locator)
  const format = formats[name]
  return {
    name: `format ${name}`,
    seeds: ["", ...samples.map(({ bytes }) => bytes)],
    words,
    run(input) {
      for (const locator of new Set(locators.length === 0 ? ["*"] : locators)) {
        tolerate(() => format.find(input, locator))
        const put = tolerate(() => format.put(input, locator, value))
        if (typeof put === "string") continue
        const found = format.find(put, locator)
        expectThat(found.kind === "value" && found.value === value, `${name}: find(put(x)) is x at ${locator}`)
        expectThat(Buffer.compare(format.put(put, locator, value), put) === 0, `${name}: putting twice is putting once`)
        const dropped = tolerate(() => format.drop(put, locator))
        if (typeof dropped === "string") continue
        expectThat(format.find(dropped, locator).kind === "missing", `${name}: what is dropped is missing`)
        expectThat(Buffer.compare(format.drop(dropped, locator), dropped) === 0, `${name}: dropping twice is once`)
      }
    },
  }
}

const { snapshot: plain } = surveyOf({})
const kinds = [...new Map(corpus.flatMap((each) => each.kinds).map((each) => [each.join(" "), each])).values()]

/** A survey of a home whose one file has these bytes, whatever it is taken for. */
const survey: Target = {
  name: "survey of a file",
  seeds: corpus.map(({ bytes }) => bytes),
  words,
  run(input) {
    // The kind depends on the input, so that a finding is repeated by its bytes alone.
    const [kind, path] = kinds[input.reduce((sum, byte) => (sum * 31 + byte) % 65_521, 7) % kinds.length] ?? []
    if (kind === undefined || path === undefined) return
    const file: File = { kind, path, mode: 0o600, uid: 1000, links: 1, mtime: 1, isLink: false, product: "openclaw" }
    const look: FileSnapshot = { kind: "file", bytes: input, mode: 0o600, leftover: false }
    const snapshot: HomeSnapshot = { ...plain, files: [file] }
    const looks = new Map([[path, look]])
    copiesIn(file, look)
    readHome(snapshot, looks)
    wantedEnvironmentFiles(snapshot, looks)
    if (kind !== "compose environment") return
    composeLinksIn(snapshot, looks)
    interpolatedCopies(snapshot, looks)
  },
}

export const formatTargets: readonly Target[] = [
  ...(Object.keys(formats) as FormatName[]).filter((name) => name !== "reader").map(formatTarget),
  survey,
]
