import * as onepassword from "@1password/pulumi-onepassword"
import { Fleet } from "pulumi-gatekey"

const vault = onepassword.getVaultOutput({ name: "Home" }).uuid

// 1Password makes the token. Another password in this item is the next generation: `pulumi up --refresh`.
const item = new onepassword.Item("gateway", {
  vault,
  title: "gateway",
  category: "password",
  passwordRecipe: { length: 64, symbols: false },
})

const fleet = new Fleet("home", {
  token: { value: item.password, maxAge: "30d" },
  gateways: { studio: { host: "local", manager: "launchd" } },
})

export const { generation, fingerprint } = fleet
