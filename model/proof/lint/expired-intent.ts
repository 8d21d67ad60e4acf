/** Declarations whose day has passed, or will soon. */
import type { Permission } from "../permissions.ts";
import type { Check, Subject } from "./check.ts";

/** Days before the end that somebody should hear of it. */
const notice = 30;

export const expiredIntent: Check = {
  name: "expired-intent",
  severity: "error",
  why: "what was permitted until a day is permitted by nobody after it",
  remedy: "ask its owner: remove the flow, or review it with a later day",
  find: ({ permissions, today }: Subject) => {
    const soon = daysAfter(today, notice);
    const dated = permissions.filter(({ expires }) => expires !== undefined && expires < soon);
    return [...new Map(dated.map((each) => [`${each.key} ${each.declaredBy}`, each])).values()].map(
      (each) => ({
        at: each.key,
        what: textOf(each, today),
        ...((each.expires ?? "") < today ? {} : { severity: "warning" as const }),
      }),
    );
  },
};

function textOf({ expires = "", declaredBy, owner }: Permission, today: string): string {
  return `declared by ${declaredBy}, it ${expires < today ? "ended" : "ends"} on ${expires} (owner ${owner})`;
}

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
