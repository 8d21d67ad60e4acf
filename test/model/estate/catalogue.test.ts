/** The catalogue holds together: what it says of an offer can be true, and quotas have names for all of them. */
import { describe, expect, it } from "vitest";
import {
  bareMetalOffers,
  instanceTypes,
  isQuota,
  operatingSystems,
  quotaDefault,
  quotaNames,
} from "../../../model/estate/catalogue.ts";

describe("catalogue", () => {
  it("sells no bare metal and no graphics in fr-par-3", () => {
    const zones: string[] = [...bareMetalOffers.values()].flatMap((offer) => offer.zones);
    expect(zones).not.toContain("fr-par-3");
    const graphics = [...instanceTypes.values()].filter(({ gpu }) => gpu !== undefined);
    expect(graphics.length).toBeGreaterThan(0);
    expect(graphics.filter((type) => type.zones.includes("fr-par-3"))).toEqual([]);
  });

  it("takes cloud-init on every NVMe offer of the newer ranges and on no X offer", () => {
    expect(
      [...bareMetalOffers].filter(
        ([name, { cloudInit }]) => /^EM-[A-Z]\d+X/.test(name) && cloudInit === "supported",
      ),
    ).toEqual([]);
    expect(bareMetalOffers.get("EM-B220E-NVME")?.cloudInit).toBe("supported");
    expect(bareMetalOffers.get("EM-I210E-NVME")?.cloudInit).toBe("unsupported");
  });

  it("prices the Private Network option of every offer by its card", () => {
    expect(
      [...bareMetalOffers.values()].filter(
        ({ privateNetworkEurPerMonth }) => privateNetworkEurPerMonth === undefined,
      ),
    ).toEqual([]);
  });

  it("has a default operating system that closes bare metal on day 0 and starts Instances", () => {
    const entry = operatingSystems.get("debian-12");
    expect(entry?.bareMetal?.cloudInit).toBe("supported");
    expect(entry?.instanceImage).toBe("debian_bookworm");
  });

  it("names a quota for every offer and type, once", () => {
    expect(new Set(quotaNames).size).toBe(quotaNames.length);
    expect([...bareMetalOffers.keys()].every((offer) => isQuota(`bareMetal/${offer}`))).toBe(true);
    expect([...instanceTypes.keys()].every((type) => isQuota(`instances/${type}`))).toBe(true);
    expect(quotaDefault("privateNetworksPerBareMetal")).toEqual({ scope: "server", default: 8 });
    expect(quotaDefault("bareMetal/EM-B220E-NVME")).toEqual({ scope: "organisation", default: 2 });
    expect(quotaDefault("bareMetal/EM-T620E-H100")).toEqual({ scope: "organisation", default: 0 });
    expect(quotaDefault("toString")).toBeUndefined();
  });
});
