import { Fleet } from "pulumi-gatekey"

// A gateway of the program's own, without a file of configuration: gatekey writes its service, and starts it.
const fleet = new Fleet("home", {
  token: { rotation: 1, maxAge: "30d" },
  gateways: {
    studio: {
      host: "local",
      manager: "systemd",
      program: { command: ["/usr/bin/openclaw", "gateway", "run"] },
    },
  },
})

export const { generation, fingerprint } = fleet
