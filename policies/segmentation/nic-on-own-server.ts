import { dependenciesOf } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { instanceType, nicType } from "../kit/types.ts";

/** A card on a server of another program would escape every count of that server's legs. */
export const nicOnOwnServer = definePolicyOnEach("nic-on-own-server", [nicType], (card) =>
  dependenciesOf(card, "serverId").some(({ type }) => type === instanceType)
    ? undefined
    : "its server is not in this program, so what it joins is undetermined",
);
