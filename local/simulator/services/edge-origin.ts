import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { type BalancerOrigin, headRole, nextFields } from "./edge-stages.ts";

/** The backend stage that a stage leads to, at the end of the default way of its chain. */
function lastOf(world: World, stage: Resource): Resource | undefined {
  let at: Resource | undefined = stage;
  while (at && at.kind !== "edge.backend_stage") {
    const { body }: { body: Body } = at;
    const next = nextFields.map((name) => body[name]).find((id) => typeof id === "string");
    at = next === undefined ? undefined : world.store.get(String(next));
  }
  return at;
}

/** A pipeline's own name (Edge Services concepts, 2025). */
const ownName = /^([0-9a-f-]{36})\.svc\.edge\.scw\.cloud$/;

/** The DNS stage that serves a name: its pipeline's own, or one of those it was given. Only head stages serve. */
function headOf(world: World, fqdn: string): Resource | undefined {
  const pipeline = ownName.exec(fqdn)?.[1];
  const selection = { kind: "edge.dns_stage", parent: pipeline };
  return world.store
    .list(selection)
    .filter(({ id }) => world.store.sources(id, headRole).length > 0)
    .find(({ body }) => pipeline !== undefined || (body.fqdns as string[]).includes(fqdn));
}

/**
 * Public addresses of the load balancers behind a name that a pipeline's head serves; undefined when none serves it.
 * Edge Services' own machines are not simulated: the origin stands for them.
 */
export function originAddresses(world: World, fqdn: string, type: "A" | "AAAA"): string[] | undefined {
  const head = headOf(world, fqdn);
  const backend = head && lastOf(world, head);
  if (!backend) return undefined;
  const { lbs } = (backend.body.scaleway_lb ?? { lbs: [] }) as { lbs: BalancerOrigin[] };
  return lbs
    .flatMap(({ id }) => world.store.sources(id, "lb_id"))
    .map((id) => world.store.get<{ ip_address: string }>(id, "lb.ip"))
    .filter((address) => address !== undefined)
    .map(({ body }) => body.ip_address)
    .filter((address) => address.includes(":") === (type === "AAAA"))
    .sort();
}
