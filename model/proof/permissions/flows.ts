/** What applications declare: their flows, those that hold for all of them, and what they serve to others. */
import type { Application, Estate } from "../../estate/index.ts";
import { type Party, type Permission, permissionsFor } from "./permission.ts";

/** An end of a flow: the place, and who of it is meant. */
interface End {
  readonly place: string;
  readonly party: Party | undefined;
}

export function flowPermissions(estate: Estate): Permission[] {
  const endOf = ends(estate);
  return [
    ...estate.applications.flatMap((application) => declared(application, endOf)),
    ...baseline(estate, endOf),
    ...estate.applications.flatMap((application) => exposed(estate, application, endOf)),
  ];
}

/** Names that a flow may end at: a workload, which is the narrower meaning where a network has its name; a network; a site; egress. */
function ends(estate: Estate): (name: string) => End {
  const workloads = new Map(
    estate.applications.flatMap((application) =>
      application.workloads.map(({ name, network }) => [name, network] as const),
    ),
  );
  return (name) => {
    const network = workloads.get(name);
    return network === undefined
      ? { place: name, party: undefined }
      : { place: network, party: { kind: "workload", name } };
  };
}

function declared(application: Application, endOf: (name: string) => End): Permission[] {
  return application.flows.flatMap(({ from, to, protocol, ports, why, owner, expires }) => {
    const [sender, receiver] = [endOf(from), endOf(to)];
    return permissionsFor(
      {
        from: sender.place,
        to: receiver.place,
        sender: sender.party,
        receiver: receiver.party,
        protocol,
        kind: "flow",
        declaredBy: application.application,
        why,
        owner,
        expires,
      },
      ports,
    );
  });
}

/** Flows of `defaults.yaml` hold for every network of applications, hypervisors and proxies but the target's own. */
function baseline(estate: Estate, endOf: (name: string) => End): Permission[] {
  const { proxies, loadBalancer } = estate.platform;
  const sources = [
    ...estate.applications.flatMap(({ networks }) => networks.map(({ name }) => name)),
    ...estate.hypervisors.map(({ network }) => network),
    ...(proxies === undefined || loadBalancer === undefined ? [] : ["ingress"]),
  ];
  return estate.defaults.flows.flatMap(({ to, protocol, ports, why, owner, expires }) => {
    const { place, party } = endOf(to);
    return sources
      .filter((source) => source !== place)
      .flatMap((source) =>
        permissionsFor(
          {
            from: source,
            to: place,
            sender: undefined,
            receiver: party,
            protocol,
            kind: "baseline",
            declaredBy: "defaults",
            why,
            owner,
            expires,
          },
          ports,
        ),
      );
  });
}

/** Published services are reached from the proxies, those of the VPN from the clients of groups that may use the application; others by flows alone. */
function exposed(estate: Estate, application: Application, endOf: (name: string) => End): Permission[] {
  return application.services.flatMap((service) => {
    const { place, party } = endOf(service.workload);
    const one = (parts: Pick<Permission, "from" | "sender" | "kind" | "why" | "owner" | "declaredBy">) =>
      permissionsFor(
        { ...parts, to: place, receiver: party, protocol: service.protocol, expires: undefined },
        [String(service.port)],
      );
    const own = { owner: application.owner, declaredBy: application.application };
    switch (service.exposure) {
      case "public": {
        const why = service.why ?? `${service.name} is published as ${service.hostname}`;
        if (service.protocol === "tcp")
          return one({
            ...own,
            from: "ingress",
            sender: { kind: "role", name: "proxy" },
            kind: "exposure",
            why,
          });
        // A load balancer has no datagrams: they enter at the edge pair, which sends them on with its own transit address.
        return [
          ...one({ ...own, from: "internet", sender: undefined, kind: "datagrams", why }),
          ...one({
            ...own,
            from: "transit",
            sender: { kind: "role", name: "edge" },
            kind: "datagrams",
            why,
          }),
        ];
      }
      case "vpn":
        return estate.accessGroups
          .filter(({ applications }) => applications.includes(application.application))
          .flatMap(({ name, why, owner }) =>
            one({
              from: "vpn",
              sender: { kind: "group", name },
              kind: "vpn",
              why: service.why ?? why,
              owner,
              declaredBy: name,
            }),
          );
      default:
        return [];
    }
  });
}
