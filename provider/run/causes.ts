import type { Survey } from "../../survey/collect/survey.ts"

/** The homes that were inspected in this run to find out why a member cannot connect, by host and home. */
export class Causes {
  readonly surveys = new Map<string, Promise<Survey | undefined>>()
}
