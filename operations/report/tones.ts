/** A colour a trust class, the same in every section. */
import type { Plan } from "../../model/plan/index.ts";
import { type Markup, markup } from "./markup.ts";

/** Colours of page.css; an estate with more classes than that meets the first one again. */
const TONES = 6;

/** Trust classes of an estate, sorted. */
export function trustClassesOf(plan: Plan): readonly string[] {
  const classes = plan.foundation.privateNetworks.flatMap(({ trustClass }) => trustClass ?? []);
  return [...new Set(classes)].sort();
}

/** Name of the style of a trust class; `tone-platform` for what has none. */
export function toneOf(plan: Plan, trustClass: string | undefined): string {
  return toneAmong(trustClassesOf(plan), trustClass);
}

/** The same where the classes are known; sorted, so that a class has one colour everywhere. */
export function toneAmong(classes: readonly string[], trustClass: string | undefined): string {
  const index = trustClass === undefined ? -1 : classes.indexOf(trustClass);
  return index < 0 ? "tone-platform" : `tone-${index % TONES}`;
}

/** The name of a trust class with its colour. */
export function classBadge(plan: Plan, trustClass: string | undefined): Markup {
  return markup`<span class="badge ${toneOf(plan, trustClass)}">${trustClass ?? "platform"}</span>`;
}
