import { invalidArgument } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";

/** Load balancers of a backend, as they are answered. @throws 400 without any, 404 for one that does not exist */
function readBalancers(world: World, config: Body): Body {
  const asked = (Array.isArray(config.lbs) ? config.lbs : []).filter(isBody);
  if (asked.length === 0) throw invalidArgument("scaleway_lb.lbs", "at least one load balancer", "required");
  return {
    lbs: asked.map((one) => {
      const zone = String(one.zone);
      const balancer = world.require("lb.lb", String(one.id), zone);
      const frontend = world.require("lb.frontend", String(one.frontend_id), zone);
      if (frontend.parent !== balancer.id) {
        throw invalidArgument("scaleway_lb.lbs.frontend_id", "the frontend is of another load balancer");
      }
      return {
        id: balancer.id,
        zone,
        frontend_id: frontend.id,
        is_ssl: one.is_ssl ?? null,
        domain_name: one.domain_name ?? "",
        has_websocket: one.has_websocket ?? null,
        private_network_id: one.private_network_id ?? null,
      };
    }),
  };
}

/** What a backend stage sends to: of one kind, and there. */
export function checkBackend(world: World, { body }: Resource): void {
  if (isBody(body.scaleway_lb)) {
    body.scaleway_lb = readBalancers(world, body.scaleway_lb);
    body.scaleway_s3 = null;
  } else if (isBody(body.scaleway_s3)) {
    const { bucket_name: name, bucket_region: region, is_website: website } = body.scaleway_s3;
    body.scaleway_s3 = { bucket_name: name ?? null, bucket_region: region ?? null, is_website: website ?? false };
  }
}
