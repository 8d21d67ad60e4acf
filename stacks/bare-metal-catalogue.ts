/** Ids of offers and operating systems of a zone, each asked of the API once a run. */
import type { Output } from "@pulumi/pulumi";
import { getOfferOutput } from "@pulumiverse/scaleway/elasticmetal/getOffer.js";
import { getOsOutput } from "@pulumiverse/scaleway/elasticmetal/getOs.js";
import type { BareMetalCatalogue } from "../components/bare-metal-server.ts";
import { imageOf } from "../components/images.ts";
import type { Zone } from "../model/plan/plan.ts";

/**
 * Offers are the hourly ones: a monthly one commits for a month, cannot be undone, and an hourly server can be moved to it in
 * place. The provider warns at each server whose offer is a name, so that ids it is.
 */
export function bareMetalCatalogue(zone: Zone): BareMetalCatalogue {
  return {
    offer: once((name) =>
      getOfferOutput({ zone, name, subscriptionPeriod: "hourly" }).apply(({ offerId }) =>
        found(offerId, `offer ${name}`, zone),
      ),
    ),
    os: once((os) => {
      const { name, version } = imageOf("bareMetal", os);
      return getOsOutput({ zone, name, version }).apply(({ osId }) =>
        found(osId, `operating system ${name} ${version}`, zone),
      );
    }),
  };
}

function found(id: string | undefined, what: string, zone: Zone): string {
  if (id) return id;
  throw new Error(`Elastic Metal in ${zone} has no ${what}`);
}

function once(ask: (name: string) => Output<string>): (name: string) => Output<string> {
  const answers = new Map<string, Output<string>>();
  return (name) => {
    const answer = answers.get(name) ?? ask(name);
    answers.set(name, answer);
    return answer;
  };
}
