import type { FormatName } from "../core/content.ts"
import { compose } from "./compose/compose.ts"
import { dotenv } from "./dotenv/dotenv.ts"
import { environmentFile } from "./environment-file/environment-file.ts"
import { file } from "./file.ts"
import type { Format } from "./format.ts"
import { json5 } from "./json5/json5.ts"
import { plist } from "./plist/plist.ts"
import { reader } from "./reader.ts"
import { shell } from "./shell/shell.ts"
import { systemd } from "./systemd/systemd.ts"

export const formats: { readonly [name in FormatName]: Format } = {
  json5,
  dotenv,
  shell,
  "environment-file": environmentFile,
  systemd,
  plist,
  compose,
  file,
  reader,
}
