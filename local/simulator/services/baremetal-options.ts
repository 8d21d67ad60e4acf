import { plainNotFound } from "../core/errors.ts";
import type { Body } from "../store/store.ts";
import { stableId } from "./instance-catalogue.ts";

/** The option without which a server joins no private network; this id is Scaleway's own. */
export const privateNetworkOption = "cd4158d7-2d65-49be-8803-c4b8ab6f760c";

export type Period = "hourly" | "monthly";

export function money(euros: number): Body {
  const units = Math.floor(euros);
  return { currency_code: "EUR", units, nanos: Math.round((euros - units) * 1000) * 1_000_000 };
}

/** What can be added to a server, apart from its price. */
interface Option {
  readonly id: string;
  readonly name: string;
  readonly manageable: boolean;
  readonly detail: Body;
  /** Sold with the faster offers only. */
  readonly fastOnly: boolean;
  /** EUR in the period that it is sold by. */
  readonly price: number;
  readonly soldBy: "either" | "monthly";
  /** The system that a licence is for. */
  readonly system?: string;
}

function bandwidth(gigabits: number, price: number): Option {
  const name = `Public Bandwidth ${gigabits}Gbps`;
  return {
    id: stableId("option", name),
    name,
    manageable: true,
    detail: { public_bandwidth: { bandwidth_in_bps: gigabits * 1e9 } },
    fastOnly: true,
    price,
    soldBy: "either",
  };
}

function licence(year: number): Option {
  const system = stableId("os", "Windows", `${year} 64BITS standard`);
  const name = `Windows ${year} standard`;
  return {
    id: stableId("option", name),
    name,
    manageable: false,
    detail: { license: { os_id: system } },
    fastOnly: true,
    price: 50.4,
    soldBy: "monthly",
    system,
  };
}

/** As answered on 2025-12-09. */
const options: readonly Option[] = [
  {
    id: privateNetworkOption,
    name: "Private Network",
    manageable: true,
    detail: { private_network: { bandwidth_in_bps: 0 } },
    fastOnly: false,
    price: 0.03,
    soldBy: "either",
  },
  {
    id: stableId("option", "Remote Access"),
    name: "Remote Access",
    manageable: true,
    detail: { remote_access: {} },
    fastOnly: false,
    price: 0,
    soldBy: "either",
  },
  bandwidth(2, 0.274),
  bandwidth(5, 0.685),
  bandwidth(10, 1.233),
  licence(2019),
  licence(2022),
  {
    id: stableId("option", "HDS"),
    name: "HDS",
    manageable: false,
    detail: { certification: {} },
    fastOnly: true,
    price: 15,
    soldBy: "monthly",
  },
];

/** Options as the list of all shows them. */
export function optionBodies(): Body[] {
  return options.map(({ id, name, manageable, detail }) => ({ id, name, manageable, ...detail }));
}

/** An option as a server answers it. @throws 404 for one that does not exist */
export function findOption(id: string): Body {
  const option = optionBodies().find((one) => one.id === id);
  if (!option) throw plainNotFound("Not Found");
  return option;
}

/** Options of an offer, with their prices. */
export function optionsOf(privateMbps: number, period: Period): Body[] {
  const none = "00000000-0000-0000-0000-000000000000";
  const monthly = period === "monthly" ? 333 : 1;
  return options
    .filter(({ fastOnly }) => !fastOnly || privateMbps > 1000)
    .map(({ id, name, manageable, detail, price, soldBy, system }) => {
      const network = id === privateNetworkOption;
      const hourly = network ? (privateMbps === 1000 ? 0.03 : privateMbps === 10_000 ? 0.06 : 0.09) : price;
      return {
        id,
        name,
        price: money(soldBy === "monthly" ? price : hourly * monthly),
        ...(network ? { private_network: { bandwidth_in_bps: privateMbps * 1e6 } } : detail),
        enabled: false,
        manageable,
        os_id: system ?? none,
        subscription_period: soldBy === "monthly" ? "monthly" : period,
      };
    });
}
