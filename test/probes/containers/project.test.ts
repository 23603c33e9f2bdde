import { describe, expect, test } from "vitest"
import { Foreign } from "../../../core/foreign.ts"
import { findProjectState } from "../../../probes/containers/project.ts"
import type { Container, ContainersSnapshot } from "../../../probes/containers/snapshot.ts"
import { composeProjectOf } from "../../../survey/propose/project.ts"
import { surveyOf } from "../../support/survey/papers.ts"

const made = (labels: Record<string, string>, running = true): Container => ({
  ...{
    id: "4f".repeat(32),
    name: new Foreign("some"),
    image: new Foreign("some:1"),
    running,
    returns: false,
    restart: "no",
    published: [],
  },
  ...{
    ports: [],
    hostNetwork: false,
    environment: [],
    commandLine: ["node"],
    state: new Foreign(running ? "running" : "exited"),
  },
  labels,
})
const of = (folder: string, files?: string, running = true) =>
  made(
    {
      "com.docker.compose.project": "gw",
      "com.docker.compose.project.working_dir": folder,
      ...(files ? { "com.docker.compose.project.config_files": files } : {}),
    },
    running,
  )
const snapshot = (...containers: Container[]): ContainersSnapshot => ({ client: "docker", containers })

describe("a Compose project in /srv/gw", () => {
  test.each<[string, ContainersSnapshot, string]>([
    ["has no container without an engine", { client: undefined, containers: [] }, "none"],
    ["has no container in an empty engine", snapshot(), "none"],
    ["has no container of another folder", snapshot(of("/srv/other"), of("/srv/gw2"), made({})), "none"],
    ["has a running container", snapshot(of("/srv/gw", undefined, false), of("/srv/gw")), "runs"],
    ["has a stopped container", snapshot(of("/srv/gw", undefined, false)), "stopped"],
    ["is found by a folder with a slash at its end", snapshot(of("/srv/gw/")), "runs"],
    ["is found by its file", snapshot(of("/srv", "/srv/gw/compose.yaml,/srv/x.yml")), "runs"],
    ["is found by its file as docker-compose 1 names it", snapshot(of("/srv", "gw/docker-compose.yml")), "runs"],
    ["is unknown if the engine does not answer", { ...snapshot(), problem: "permission denied" }, "unknown"],
    ["is known by the containers that the engine reported", { ...snapshot(of("/srv/gw")), problem: "cut off" }, "runs"],
  ])("%s", (_, containers, expected) => {
    expect(findProjectState(["/srv/gw"], containers)).toBe(expected)
  })
})

test("finds a project by both paths of a home that is a symbolic link", () => {
  const containers = snapshot(of("/data/tw/gw"))
  const survey = surveyOf({}, { snapshot: { home: "/home/tw", real: "/data/tw" }, containers })
  expect(composeProjectOf("/home/tw/gw/.env", survey)).toBe("runs")
  expect(composeProjectOf("/home/tw/other/.env", survey)).toBe("none")
})
