import { edited } from "../faults.ts"
import type { Incident } from "../incident.ts"

const secretFile = ".openclaw/gatekey/gateway-token"
const path = `~/${secretFile}`

/** The file that the gateway's config refers to. openclaw refuses it at its next start or reload, unless it is a private file. */
export const secretFiles: readonly Incident[] = [
  {
    id: "secret-file-newer",
    title: "The secret file was replaced, but nobody told the running gateway, which still takes the token of before.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "gateway",
    async break({ gateway, other }) {
      return { mend: edited(gateway, secretFile, () => `${other()}\n`) }
    },
    cause: {
      scan: /gateway.* still (?:accepts|has|runs with)|secret file.*(?:newer|changed since|not reloaded)/i,
      doctor: /gateway.* still (?:accepts|has|runs with)|secret file.*(?:newer|changed since|not reloaded)/i,
      preview: /studio (?:secret file|handshake|flip).*another token/i,
    },
    own: /secrets reload|reload.*secret|secret.*(?:newer|changed)|token mismatch/i,
  },
  {
    id: "secret-file-symlink",
    title: "The secret file is a symbolic link, which openclaw refuses.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "gateway",
    async break({ gateway }) {
      gateway.run(`mv ${path} ~/elsewhere && ln -s ~/elsewhere ${path}`)
      return { mend: () => void gateway.run(`rm ${path} && mv ~/elsewhere ${path}`) }
    },
    cause: {
      scan: /gateway-token.*symbolic link/i,
      doctor: /gateway-token.*symbolic link/i,
      preview: /^studio .*symbolic link/i,
    },
    own: /must not be a symlink/i,
  },
  {
    id: "secret-file-hardlink",
    title: "The secret file has a second name (a hard link), which openclaw refuses.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "gateway",
    async break({ gateway }) {
      gateway.run(`ln ${path} ~/second-name`)
      return { mend: () => void gateway.run("rm ~/second-name") }
    },
    cause: {
      scan: /gateway-token.*(?:hard link|second name|2 names)/i,
      doctor: /gateway-token.*(?:hard link|second name|2 names)/i,
      preview: /^studio .*2 names \(hard links\)/i,
    },
    own: /must not be hardlinked/i,
  },
  {
    id: "secret-file-readable",
    title: "The secret file can be read by others, which openclaw refuses.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "gateway",
    async break({ gateway }) {
      gateway.run(`chmod 644 ${path}`)
      return { mend: () => void gateway.run(`chmod 600 ${path}`) }
    },
    cause: {
      scan: /gateway-token.*can be read by others/i,
      doctor: /gateway-token.*can be read by others/i,
      preview: /studio secret file.*others can read the file \(0644\)/i,
    },
    own: /permissions are too open/i,
  },
  {
    id: "secret-file-owner",
    title: "The secret file belongs to root, since it was written with sudo; the gateway cannot read it.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "gateway",
    async break({ gateway }) {
      const there = `${gateway.home}/${secretFile}`
      gateway.asRoot(`chown root:root ${there}`)
      return { mend: () => void gateway.asRoot(`chown oc:oc ${there}`) }
    },
    cause: {
      scan: /gateway-token.*belongs to (?:root|uid 0)/i,
      doctor: /gateway-token.*belongs to (?:root|uid 0)/i,
      preview: /studio secret file.*(?:permission denied|belongs to (?:root|uid 0))/i,
    },
    own: /must be owned by|not-owned|EACCES|permission denied/i,
  },
  {
    id: "backup-live",
    title: "A backup of the config, openclaw.json.bak, holds the live token in plain text.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "gateway",
    async break({ gateway, token }) {
      const text = JSON.stringify({ gateway: { mode: "local", auth: { mode: "token", token } } })
      return { mend: edited(gateway, ".openclaw/openclaw.json.bak", () => text) }
    },
    cause: {
      scan: /openclaw\.json\.bak.*(?:holds|has|live)/i,
      doctor: /openclaw\.json\.bak.*(?:holds|has|live)/i,
      preview: /^studio .*openclaw\.json\.bak/i,
    },
    own: /\.bak\b/,
  },
]
