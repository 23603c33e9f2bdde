import { readFileSync } from "node:fs"
import WebSocket from "ws"

/** Connects to a gateway with the token on standard input, ten times at most, and prints the last verdict. */
const [, , url = ""] = process.argv
const token = readFileSync(0, "utf8")

function knock(): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url)
    socket.on("error", ({ message }) => resolve(message))
    socket.on("message", (data) => {
      const frame = JSON.parse(String(data))
      if (frame.event === "connect.challenge") socket.send(JSON.stringify(hello))
      if (frame.id !== "1") return
      resolve(JSON.stringify(frame))
      socket.terminate()
    })
  })
}

const hello = {
  ...{ type: "req", id: "1", method: "connect" },
  params: {
    ...{ minProtocol: 3, maxProtocol: 4, role: "operator", scopes: [], caps: [], commands: [], permissions: {} },
    client: { id: "gateway-client", version: "1", platform: "linux", mode: "backend" },
    auth: { token },
  },
}

let said = ""
for (let tries = 0; tries < 12 && !/RATE_LIMITED/.test(said); tries++) said = await knock()
console.log(said)
