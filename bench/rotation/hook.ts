// Loaded into gatekey's provider ahead of it (NODE_OPTIONS=--import): counts what it does to the world, and stops at one
// such point until the bench has killed whom it wants to. The provider itself knows nothing of it.
import childProcess from "node:child_process"
import { appendFileSync, existsSync, writeFileSync } from "node:fs"
import promises, { type FileHandle } from "node:fs/promises"
import { syncBuiltinESMExports } from "node:module"
import net from "node:net"
import { basename, join } from "node:path"
import WebSocket from "ws"
import type { Phase } from "./points.ts"

const { BENCH_POINTS: folder, BENCH_AT: wanted, BENCH_PORT: port } = process.env
const pauseMilliseconds = 5

if (folder && /\/provider\/main\.ts$/.test(process.argv[1] ?? "")) {
  watchFiles()
  watchConnections()
  watchReload()
  syncBuiltinESMExports()
}

const counts = new Map<Phase, number>()

function point(phase: Phase, what: string): void {
  const number = (counts.get(phase) ?? 0) + 1
  counts.set(phase, number)
  appendFileSync(join(folder ?? "", "points"), `${JSON.stringify({ phase, number, what })}\n`)
  if (wanted !== `${phase} ${number}`) return
  writeFileSync(join(folder ?? "", "stopped"), String(process.pid))
  const cell = new Int32Array(new SharedArrayBuffer(4))
  while (!existsSync(join(folder ?? "", "go"))) Atomics.wait(cell, 0, 0, pauseMilliseconds)
}

/** Watches files, which are written aside, under a lock, and renamed. */
function watchFiles(): void {
  const { open, link, rename } = promises
  promises.open = async (path, flags, mode) => {
    const handle = await open(path, flags, mode)
    if (flags === "wx") watchHandle(handle, basename(String(path)))
    return handle
  }
  promises.link = async (from, to) => {
    await link(from, to)
    point("write", `${basename(String(to))} is laid`)
  }
  promises.rename = async (from, to) => {
    point("rename", `before ${basename(String(to))} is replaced`)
    await rename(from, to)
    point("rename", `${basename(String(to))} is replaced`)
  }
}

function watchHandle(handle: FileHandle, name: string): void {
  const write = handle.writeFile.bind(handle)
  handle.writeFile = async (...args) => {
    point("write", `before ${shortened(name)} is filled`)
    await write(...args)
    point("write", `${shortened(name)} is filled`)
  }
}

/** Removes the random parts. */
function shortened(name: string): string {
  return name.replace(/[0-9a-f]{12}$/, "…")
}

function watchConnections(): void {
  const { connect } = net
  const { spawn } = childProcess
  const dial = (...args: Parameters<typeof connect>) => {
    const socket = connect(...args)
    const [to]: readonly unknown[] = args
    if (typeof to === "object" && String((to as { port?: unknown }).port) === port)
      socket.once("connect", () => point("connection", "to the gateway"))
    return socket
  }
  net.connect = dial as typeof connect
  const start = (...args: Parameters<typeof spawn>) => {
    const child = spawn(...args)
    if (args[0] !== "ssh") return child
    point("connection", "ssh is started")
    child.stdout?.once("data", () => point("connection", "ssh has an answer"))
    return child
  }
  childProcess.spawn = start as typeof spawn
}

function watchReload(): void {
  const { send } = WebSocket.prototype
  WebSocket.prototype.send = function (this: WebSocket, ...args: unknown[]) {
    const asks = String(args[0]).includes('"method":"secrets.reload"')
    if (asks) point("reload", "before it is asked for")
    Reflect.apply(send, this, args)
    if (!asks) return
    point("reload", "it is asked for")
    this.once("close", () => point("reload", "the gateway has done it"))
  } as typeof send
}
