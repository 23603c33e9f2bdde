import * as onepassword from "@1password/pulumi-onepassword"
import * as pulumi from "@pulumi/pulumi"
import { Fleet } from "pulumi-gatekey"

const vault = onepassword.getVaultOutput({ name: "Home" }).uuid

// gatekey makes the token: `pulumi config set rotation 2`, and `pulumi up`.
const fleet = new Fleet("home", {
  token: { rotation: new pulumi.Config().getNumber("rotation") ?? 1, maxAge: "30d" },
  gateways: { studio: { host: "local", manager: "launchd" } },
})

// The item gets each new token in the same `pulumi up`.
new onepassword.Item("gateway", { vault, title: "gateway", category: "password", password: fleet.token.value })

export const { generation, fingerprint } = fleet
