/** Who of a place a permission means: by its tags, and where tags would not do by what it is in the network. */
import type { Model } from "./model.ts";
import type { Node } from "./network.ts";

/** Who of a place is meant; undefined in a permission: every host that is there, of which routers are none. */
export interface Party {
  readonly kind: string;
  readonly name: string;
}

export function isMeant({ routers }: Pick<Model, "routers">, node: Node, party: Party | undefined): boolean {
  const isRouter = routers.has(node.key);
  if (party === undefined) return !isRouter;
  if (party.kind === "workload") return !isRouter && node.workload === party.name;
  if (party.kind !== "role") return !isRouter;
  switch (party.name) {
    case "bare-metal":
      return node.kind === "bare-metal";
    case "edge":
    case "firewall":
    case "pair-member":
      return isRouter;
    case "load-balancer":
      return node.kind === "load-balancer";
    case "server":
      return !isRouter && (node.kind === "bare-metal" || node.kind === "instance");
    default:
      return !isRouter && node.role === party.name;
  }
}
