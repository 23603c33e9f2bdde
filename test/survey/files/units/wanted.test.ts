import { expect, test } from "vitest"
import { wantedEnvironmentFiles } from "../../../../survey/files/units/units.ts"
import { fileOf, home, lookOf, type Papers, surveyOf } from "../../../support/survey/papers.ts"

const folder = "~/.config/systemd/user"
const service = (more: string) => `[Service]\nExecStart=openclaw node run\n${more}`

/** Files in which a token stays though no unit reads them. */
const papers: readonly (readonly [string, Papers, readonly string[]])[] = [
  ["a unit", { [`${folder}/a.service`]: service("EnvironmentFile=-%h/a b.env\n") }, ["/home/tw/a b.env"]],
  ["a pattern", { [`${folder}/a.service`]: service("EnvironmentFile=/x/*.env\n") }, ["/x/*.env"]],
  ["a reset", { [`${folder}/a.service`]: service("EnvironmentFile=/x\nEnvironmentFile=\n") }, ["/x"]],
  [
    "quotes, which systemd takes for a part of the name",
    { [`${folder}/a.service`]: service('EnvironmentFile="/x"\n') },
    ["/x"],
  ],
  ["a drop-in of no unit", { [`${folder}/a.service.d/1.conf`]: "[Service]\nEnvironmentFile=/x\n" }, ["/x"]],
  [
    "a unit that another of its name hides",
    {
      [`${folder}/a.service`]: service("EnvironmentFile=/x\n"),
      "/etc/systemd/user/a.service": service("EnvironmentFile=%h/y\n"),
    },
    ["/x", "/home/tw/y"],
  ],
  ["the machine's", { "/etc/systemd/system/a.service": service("EnvironmentFile=%h/y\n") }, ["/root/y"]],
  ["a template", { [`${folder}/a@.service`]: service("EnvironmentFile=/x-%p\n") }, ["/x-a"]],
  ["a continued line", { [`${folder}/a.service`]: service("EnvironmentFile=\\\n/x\n") }, ["/x"]],
  [
    "a comment, another section",
    { [`${folder}/a.service`]: service("#EnvironmentFile=/x\n[Unit]\nEnvironmentFile=/y\n") },
    [],
  ],
]

test.each(papers)("the files of variables that %s names are looked at", (_, files, expected) => {
  const all = Object.entries(files)
  const looks = new Map(all.map(([path, paper]) => [path.replace(/^~/, home), lookOf(paper)]))
  const { snapshot } = surveyOf({})
  expect(
    wantedEnvironmentFiles({ ...snapshot, files: all.map(([path, paper]) => fileOf(path, paper)) }, looks),
  ).toEqual(expected)
})
