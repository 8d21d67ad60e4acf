import { dependenciesOf, ofType } from "../kit/facts.ts";
import { configurations } from "../kit/host-scripts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { serverTypes } from "../kit/types.ts";

/** A bare-metal server whose public interface nothing seals is on the internet; a firewall whose rules nothing loads forwards what its image forwards. */
export const everyServerConfigured = definePolicyOfEstate(
  "every-server-configured",
  (_, { resources }, report) => {
    const servers = ofType(resources, ...serverTypes);
    const configured = new Set(
      configurations(resources).flatMap(({ dependencies, propertyDependencies }) =>
        [...dependencies, ...Object.values(propertyDependencies).flat()].map(({ urn }) => urn),
      ),
    );
    for (const server of servers) {
      if (configured.has(server.urn)) continue;
      // An Instance's configuration waits for its cards, which hang from it.
      const throughCard = resources.some(
        (card) =>
          configured.has(card.urn) && dependenciesOf(card, "serverId").some(({ urn }) => urn === server.urn),
      );
      if (!throughCard)
        report(`${server.name}: nothing loads its rules nor seals its public interface`, server);
    }
    return nothingIfEmpty(servers, ...serverTypes);
  },
);
