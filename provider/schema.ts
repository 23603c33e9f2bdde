/** What tools that know no more of us than the protocol need: `pulumi import`, `pulumi package`. */
export const version = "0.1.0"

const text = { type: "string" }
const number = { type: "number" }
const flag = { type: "boolean" }
const object = { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } }
const secret = { type: "string", secret: true }

const placementInputs = {
  host: text,
  path: text,
  locator: text,
  format: text,
  must: text,
  reference: { $ref: "pulumi.json#/Any" },
  why: text,
  serves: text,
  overwrite: flag,
  since: text,
  token: text,
  generation: number,
  fingerprint: text,
}

const placementSeen = {
  holds: text,
  last: text,
  lastFound: text,
  found: text,
  open: flag,
  foreignReference: flag,
  revision: text,
  ring: secret,
  value: secret,
  removed: { type: "array", items: object },
}

const texts = { type: "array", items: text }

const flipInputs = {
  ...placementInputs,
  at: text,
  product: text,
  port: number,
  tlsFingerprint: text,
  how: text,
  refers: object,
  staged: texts,
}

const serviceInputs = {
  host: text,
  manager: text,
  name: text,
  path: text,
  variable: text,
  must: text,
  reads: text,
  gateway: object,
  otherwise: text,
  keepAlive: text,
  program: object,
  optional: flag,
  overwrite: flag,
  act: text,
  revisions: texts,
  why: text,
  token: text,
  generation: number,
  fingerprint: text,
}

const handshakeInputs = {
  host: text,
  port: number,
  product: text,
  tlsFingerprint: text,
  published: flag,
  mode: text,
  address: text,
  from: text,
  url: text,
  config: text,
  shows: text,
  member: text,
  home: text,
  token: text,
  generation: number,
  fingerprint: text,
}

const listenerInputs = {
  host: text,
  port: number,
  role: text,
  product: text,
  manager: text,
  name: text,
  path: text,
  owners: texts,
  evict: texts,
  guarded: flag,
}

const pairingInputs = {
  host: text,
  port: number,
  product: text,
  tlsFingerprint: text,
  node: text,
  device: text,
  approve: flag,
  from: text,
  declared: texts,
  token: text,
  generation: number,
  fingerprint: text,
}

const containersInputs = {
  host: text,
  ports: { type: "array", items: number },
  listened: { type: "array", items: number },
  declared: texts,
  owners: texts,
  evict: texts,
  token: text,
}

const incarnationInputs = {
  host: text,
  name: text,
  variable: text,
  must: text,
  image: text,
  restart: text,
  ports: texts,
  evict: texts,
  overwrite: flag,
  token: text,
  generation: number,
  fingerprint: text,
}

const tokenInputs = {
  rotation: number,
  given: secret,
  maxAge: text,
  keep: number,
  compromised: { type: "array", items: number },
  adopt: { ...object, secret: true },
}

const files = { type: "object", additionalProperties: texts }

const preflightInputs = {
  gateways: { type: "array", items: object },
  rotation: number,
  hosts: files,
  markers: files,
  backups: files,
  members: { type: "object", additionalProperties: text },
  mayLag: texts,
  supersede: number,
  adopt: object,
}

const vaultRecordInputs = {
  host: text,
  path: text,
  token: text,
  generation: number,
  fingerprint: text,
  created: text,
  due: text,
}

const receiptInputs = {
  stack: text,
  generation: number,
  highest: number,
  markers: files,
  fingerprint: text,
  places: number,
  holders: files,
  verdicts: texts,
  refusals: texts,
}

export const schema = {
  name: "gatekey",
  version,
  resources: {
    "gatekey:index:Token": {
      inputProperties: tokenInputs,
      requiredInputs: ["rotation"],
      properties: {
        ...tokenInputs,
        value: secret,
        previous: secret,
        fingerprint: text,
        generation: number,
        created: text,
        due: text,
        generations: secret,
      },
    },
    "gatekey:index:Preflight": {
      inputProperties: preflightInputs,
      requiredInputs: ["rotation", "hosts"],
      properties: { ...preflightInputs, newer: text, highest: number },
    },
    "gatekey:index:Receipt": {
      inputProperties: receiptInputs,
      requiredInputs: ["stack", "generation", "markers"],
      properties: { ...receiptInputs, marked: text, receipts: { type: "array", items: object }, last: text },
    },
    "gatekey:index:Reach": {
      inputProperties: { hosts: texts, mayLag: texts },
      requiredInputs: ["hosts"],
      properties: { hosts: texts, mayLag: texts, reached: text },
    },
    "gatekey:index:Placement": {
      inputProperties: placementInputs,
      requiredInputs: ["path", "locator"],
      properties: { ...placementInputs, ...placementSeen },
    },
    "gatekey:index:Flip": {
      inputProperties: flipInputs,
      requiredInputs: ["path", "locator", "port"],
      properties: { ...flipInputs, ...placementSeen, takes: text, takesUnknown: flag },
    },
    "gatekey:index:Handshake": {
      inputProperties: handshakeInputs,
      requiredInputs: ["port"],
      properties: { ...handshakeInputs, verdict: text, code: text, told: text },
    },
    "gatekey:index:Service": {
      inputProperties: serviceInputs,
      requiredInputs: ["manager", "name", "variable"],
      properties: {
        ...serviceInputs,
        definition: text,
        process: text,
        runsWith: text,
        codes: object,
        keepsAlive: flag,
        advice: text,
        ran: object,
        ring: secret,
      },
    },
    "gatekey:index:Containers": {
      inputProperties: containersInputs,
      requiredInputs: ["ports"],
      properties: { ...containersInputs, found: text, told: text, ring: secret },
    },
    "gatekey:index:Incarnation": {
      inputProperties: incarnationInputs,
      requiredInputs: ["name", "variable"],
      properties: { ...incarnationInputs, is: text, incarnation: number, ring: secret },
    },
    "gatekey:index:Listener": {
      inputProperties: listenerInputs,
      requiredInputs: ["port"],
      properties: { ...listenerInputs, owner: text, addresses: texts, told: text },
    },
    "gatekey:index:VaultSource": {
      inputProperties: { host: text, path: text },
      requiredInputs: ["host", "path"],
      properties: { host: text, path: text, holds: text, generation: number, value: secret },
    },
    "gatekey:index:VaultRecord": {
      inputProperties: vaultRecordInputs,
      requiredInputs: ["host", "path"],
      properties: { ...vaultRecordInputs, recorded: text },
    },
    "gatekey:index:Pairing": {
      inputProperties: pairingInputs,
      requiredInputs: ["port", "token", "generation", "fingerprint"],
      properties: {
        ...pairingInputs,
        pairing: text,
        unseen: flag,
        since: text,
        told: text,
        pairedDevice: text,
        silent: flag,
      },
    },
  },
}
