const member = { host: "ssh://me@tw.local:2222", home: "/home/me", product: "openclaw", manager: "systemd" }

/** A configuration with most of its keys. */
export const configuration: object = {
  token: { rotation: 2, maxAge: "30d", keep: 3, compromised: [1], adopt: { from: "local|~/x|*" } },
  rotation: { unreachable: ["ssh://me@tw.local:2222"] },
  vault: { provider: "onepassword", role: "mirror", vault: "Home", item: "gatekey" },
  gateways: { studio: { ...member, port: 18789, owners: ["process:haproxy"], profiles: ["~/.zshrc"] } },
  nodes: { tw: { ...member, credential: "device", sidecar: 18801, auth: "mtls", generation: 2 } },
  guard: { studio: { gateway: "studio", listen: "0.0.0.0:18443", names: ["studio.local"], mode: "mtls" } },
  authority: { generation: 2, phase: "trust" },
  clients: { laptop: { host: "local", home: "./y", guard: "studio", scopes: ["operator.read"], sidecar: 18802 } },
  containers: { old: { host: "local", home: "./x", product: "clawdbot", name: "old", must: "nothing" } },
  afterRotation: [{ name: "tell", host: "local", command: "~/bin/tell.sh\n", token: true }],
}

export const stackFile = `# yaml-language-server: $schema=x
encryptionsalt: v1:x
config:
  aws:region: eu-1
  gatekey:token:
    rotation: 3 # raised
    compromised: [1, 2]
  gatekey:gateways:
    studio: &a {host: local, product: openclaw, port: 18789}
  gatekey:nodes:
    tw:
      <<: *a
      host: ssh://me@tw.local
`
