import { compose } from "./compose.ts"
import { dotenv } from "./dotenv.ts"
import { environmentFile } from "./environment-file.ts"
import { file } from "./file.ts"
import type { Format, FormatName } from "./format.ts"
import { json5 } from "./json5.ts"
import { plist } from "./plist.ts"
import { shell } from "./shell.ts"
import { systemd } from "./systemd.ts"

export const formats: { readonly [name in FormatName]: Format } = {
  json5,
  dotenv,
  shell,
  "environment-file": environmentFile,
  systemd,
  plist,
  compose,
  file,
}
