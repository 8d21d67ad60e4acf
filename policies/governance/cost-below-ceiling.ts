import { bareMetalOffers, instanceTypes } from "../../model/estate/catalogue.ts";
import { ofType } from "../kit/facts.ts";
import { offerOf } from "../kit/offers.ts";
import { definePolicy } from "../kit/policy.ts";
import { zoneKeyOf } from "../kit/program.ts";
import { bareMetalType, serverTypes } from "../kit/types.ts";

/** EUR a month; 0 where no price was recorded, so that what is summed is what it costs at least. */
function priceOf(offer: string, isBareMetal: boolean): number {
  if (!isBareMetal) return instanceTypes.get(offer)?.eurPerMonth ?? 0;
  const found = bareMetalOffers.get(offer);
  return (found?.eurPerMonth ?? 0) + (found?.privateNetworkEurPerMonth ?? 0);
}

export const costBelowCeiling = definePolicy("cost-below-ceiling", (program, report) => {
  const { estate, settings, resources } = program;
  const whole = estate?.organisation.monthlyCeiling ?? settings.monthlyCeiling;
  if (whole === undefined)
    return { notApplicable: "neither the estate nor the configuration says a ceiling" };
  // Both zones are alike: each may cost half.
  const ceiling = zoneKeyOf(program) === undefined ? whole : whole / 2;
  let cost = 0;
  for (const server of ofType(resources, ...serverTypes)) {
    const offer = offerOf(server, estate);
    if (offer.kind !== "known") report(`${server.name}: what it costs is undetermined`, server);
    else cost += priceOf(offer.value, server.type === bareMetalType);
  }
  if (cost > ceiling)
    report(`servers cost ${Math.ceil(cost)} EUR a month at least, and ${Math.floor(ceiling)} may be spent`);
  return undefined;
});
