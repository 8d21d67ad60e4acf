/** What may go wrong with Scaleway's own: the router and its lists, public addresses, load balancers, gateways. */
import type { Resource } from "../../../../model/proof/read/resource.ts";
import type { Random } from "../oracle/random.ts";
import type { Base, Operator } from "./base.ts";
import type { Edit } from "./edit.ts";
import { accept, first, port, rule, withPolicy } from "./rules.ts";

const aclType = "network/acl:Acl";

/** The list of one family of the VPC that a guest is in, and the networks of two guests there. */
function listed(
  base: Base,
  random: Random,
  family: 4 | 6,
): { readonly acl: Resource; readonly from: string; readonly to: string; readonly vpc: string } | undefined {
  const network = (key: string | undefined) => base.network.privateNetworks.find((each) => each.key === key);
  const to = network(random.pick(base.guests).legs[0]?.privateNetwork);
  const from = network(random.pick(base.guests).legs[0]?.privateNetwork);
  if (to === undefined || from === undefined || to.key === from.key || to.vpc !== from.vpc) return undefined;
  const acl = base.edit().resource(aclType, `${to.vpc}-acl-ipv${family}`);
  const side = (prefixes: readonly string[]): string =>
    prefixes.find((each) => each.includes(":") === (family === 6)) as string;
  return { acl, from: side(from.prefixes), to: side(to.prefixes), vpc: to.vpc };
}

const list = (
  name: string,
  family: 4 | 6,
  change: (edit: Edit, acl: Resource, from: string, to: string, random: Random) => string,
): Operator => ({
  name,
  make: (base, random) => {
    const found = listed(base, random, family);
    if (found === undefined) return undefined;
    const edit = base.edit();
    return { where: `${found.acl.name} ${change(edit, found.acl, found.from, found.to, random)}`, edit };
  },
});

const lists: readonly Operator[] = ([4, 6] as const).flatMap((family) => [
  list(`ACL, IPv${family}: default policy accept`, family, (edit, acl) => {
    edit.set(acl, { defaultPolicy: "accept" });
    return "";
  }),
  list(`ACL, IPv${family}: list missing`, family, (edit, acl) => {
    edit.remove(acl);
    return "";
  }),
  list(`ACL, IPv${family}: accept rule added`, family, (edit, acl, from, to, random) => {
    const one = { action: "accept", source: from, destination: to };
    const added = random.pick([
      { ...one, protocol: "ANY" },
      { ...one, protocol: "TCP", dstPortLow: 3306, dstPortHigh: 3306 },
      { ...one, protocol: "UDP" },
      { action: "accept", protocol: "ANY" },
    ]);
    edit.set(acl, { rules: [added] });
    return JSON.stringify(added);
  }),
]);

/** Out of an application's network by the router, a route of the VPC, and a gateway that masquerades. */
const route: Operator = {
  name: "VPC: a route to the gateway, and an ACL that lets what leaves through",
  make: (base, random) => {
    const found = listed(base, random, 4);
    if (found === undefined) return undefined;
    const edit = base.edit();
    const gateway = edit.all("network/gatewayNetwork:GatewayNetwork");
    const next = random.pick(gateway);
    const own = base.network.privateNetworks.find(({ key }) => key === "egress");
    if (own?.vpc !== found.vpc) return undefined;
    edit.set(found.acl, { rules: [{ action: "accept", protocol: "ANY", destination: "203.0.113.0/24" }] });
    edit.add(found.acl, "added-route", "scaleway:network/route:Route", {
      vpcId: found.acl.inputs.vpcId,
      destination: "0.0.0.0/0",
      nexthopResourceId: next.id,
    });
    return { where: `${found.vpc} by ${next.name}`, edit };
  },
};

const routeAlone: Operator = {
  name: "VPC: a route to the gateway, ACL closed",
  equivalent: "the ACL of the VPC still drops everything that comes to its router",
  make: (base, random) => {
    const edit = base.edit();
    const acl = random.pick(edit.all(aclType).filter(({ name }) => name.endsWith("ipv4")));
    const next = random.pick(edit.all("network/gatewayNetwork:GatewayNetwork"));
    edit.add(acl, "added-route", "scaleway:network/route:Route", {
      vpcId: acl.inputs.vpcId,
      destination: random.pick(["0.0.0.0/0", "198.51.100.0/24", "8.8.8.8/32"]),
      nexthopResourceId: next.id,
    });
    return { where: acl.name, edit };
  },
};

const instances = (base: Base) =>
  base.network.nodes.filter(({ kind, role }) => kind === "instance" && role === "fleet");

/** `inside`: the host's own rules let it in too. Without, the address alone lets whoever is root there out. */
const publicAddress = (inside: boolean): Operator => ({
  name: inside
    ? "public address added, security group and host open"
    : "public address added, security group open",
  make: (base, random) => {
    const node = random.pick(instances(base));
    const edit = base.edit();
    const server = edit.resource("instance/server:Server", node.key);
    edit.add(
      server,
      "added-address",
      "scaleway:instance/ip:Ip",
      { zone: node.zone, type: "routed_ipv4" },
      { zone: node.zone, address: "198.18.99.99", ipAddress: "198.18.99.99" },
    );
    edit.set(server, { ipIds: ["fr-par-1/id-of-added-address"] });
    const group = edit.resource("instance/securityGroup:SecurityGroup", `${node.key}-security-group`);
    edit.set(group, { inboundDefaultPolicy: "accept", outboundDefaultPolicy: "accept" });
    if (inside)
      edit.setRules(node.key, (commands) =>
        first(commands, "input", rule("input", port("tcp", random.pick([22, 80, 8443])), accept)),
      );
    return { where: node.key, edit };
  },
});

const groupOpened: Operator = {
  name: "security group and host opened on a public machine",
  make: (base, random) => {
    const node = random.pick(
      base.network.nodes.filter(
        ({ kind, publicInterface }) => kind === "instance" && publicInterface !== undefined,
      ),
    );
    const edit = base.edit();
    const group = edit.resource("instance/securityGroup:SecurityGroup", `${node.key}-security-group`);
    const number = random.pick([22, 111, 8080]);
    edit.set(
      group,
      random.chance(0.5)
        ? { inboundDefaultPolicy: "accept" }
        : {
            inboundRules: [
              { action: "accept", protocol: "TCP", portRange: String(number), ipRange: "0.0.0.0/0" },
              ...(group.inputs.inboundRules as unknown[]),
            ],
          },
    );
    edit.setRules(node.key, (commands) =>
      first(commands, "input", rule("input", port("tcp", number), accept)),
    );
    return { where: `${node.key} tcp/${number}`, edit };
  },
};

const groupClosed: Operator = {
  name: "security group: a rule removed that people need",
  make: (base, random) => {
    const edit = base.edit();
    const role = random.pick(["bastion", "firewall-access"]);
    const all = edit.all("instance/securityGroup:SecurityGroup").filter(({ name }) => name.startsWith(role));
    // Each zone's entry counts.
    const closed = random.chance(0.5) ? all : [random.pick(all)];
    for (const group of closed) edit.set(group, { inboundRules: [] });
    return { where: closed.map(({ name }) => name).join(", "), edit };
  },
};

const groupAlone: Operator = {
  name: "security group opened on a machine without a public address",
  equivalent: "security groups are blind on private legs, and the machine has no other",
  make: (base, random) => {
    const node = random.pick(instances(base));
    const edit = base.edit();
    const group = edit.resource("instance/securityGroup:SecurityGroup", `${node.key}-security-group`);
    edit.set(group, { inboundDefaultPolicy: "accept", outboundDefaultPolicy: "accept" });
    return { where: node.key, edit };
  },
};

const backend = (everywhere: boolean): Operator => ({
  name: everywhere
    ? "load balancers: a backend of another application"
    : "one load balancer of two: a backend of another application",
  make: (base, random) => {
    const edit = base.edit();
    const all = edit.all("loadbalancers/backend:Backend");
    const other = random.pick(base.guests).legs[0]?.addresses[0]?.split("/")[0];
    const gone = random.int(6);
    const changed = everywhere ? all : [random.pick(all)];
    for (const own of changed) {
      const servers = own.inputs.serverIps as readonly string[];
      edit.set(own, { serverIps: servers.map((each, index) => (index === gone ? other : each)) });
    }
    return { where: `${changed.map(({ name }) => name).join(", ")}, ${gone} to ${other}`, edit };
  },
});

const backendOpened: Operator = {
  name: "load balancer: one more backend of another application, and an ACL for it",
  make: (base, random) => {
    const edit = base.edit();
    const own = random.pick(edit.all("loadbalancers/backend:Backend"));
    const guest = random.pick(
      base.guests.filter(
        ({ legs: [leg] }) =>
          base.privateNetwork(leg?.privateNetwork ?? "").vpc === base.privateNetwork("ingress").vpc,
      ),
    );
    const other = guest.legs[0]?.addresses[0]?.split("/")[0];
    edit.set(own, { serverIps: [...(own.inputs.serverIps as string[]), other] });
    const acl = edit.resource(aclType, `${base.privateNetwork("ingress").vpc}-acl-ipv4`);
    edit.set(acl, {
      rules: [
        {
          action: "accept",
          protocol: "TCP",
          source: base.privateNetwork("ingress").prefixes[0],
          destination: `${other}/32`,
          dstPortLow: 443,
          dstPortHigh: 443,
        },
      ],
    });
    return { where: `${own.name}, ${guest.key}`, edit };
  },
};

const frontend: Operator = {
  name: "load balancer: a frontend for the port of health checks",
  make: (base, random) => {
    const edit = base.edit();
    const own = random.pick(edit.all("loadbalancers/backend:Backend"));
    const front = edit
      .all("loadbalancers/frontend:Frontend")
      .find(({ inputs }) => inputs.lbId === own.inputs.lbId) as Resource;
    const number = Number(own.inputs.healthCheckPort);
    edit.add(own, "added-backend", own.type, { ...own.inputs, forwardPort: number });
    edit.add(front, "added-frontend", front.type, {
      ...front.inputs,
      inboundPort: random.pick([80, 8080, number]),
      backendId: "fr-par-1/id-of-added-backend",
    });
    return { where: own.name, edit };
  },
};

const bastion: Operator = {
  name: "gateway: its own bastion enabled",
  make: (base, random) => {
    const edit = base.edit();
    const gateway = random.pick(edit.all("network/publicGateway:PublicGateway"));
    edit.set(gateway, { bastionEnabled: true });
    return { where: gateway.name, edit };
  },
};

const portRule: Operator = {
  name: "gateway: a port rule, and the host behind it open",
  make: (base, random) => {
    const edit = base.edit();
    const gateway = random.pick(edit.all("network/publicGateway:PublicGateway"));
    const node = random.pick(base.network.nodes.filter(({ role }) => role === "egress"));
    const number = random.pick([22, 80, 3128]);
    edit.add(gateway, "added-port", "scaleway:network/publicGatewayPatRule:PublicGatewayPatRule", {
      gatewayId: gateway.id,
      privateIp: node.legs[0]?.addresses[0]?.split("/")[0],
      publicPort: 2200,
      privatePort: number,
      protocol: "tcp",
    });
    edit.setRules(node.key, (commands) =>
      first(commands, "input", rule("input", port("tcp", number), accept)),
    );
    return { where: `${gateway.name} to ${node.key}`, edit };
  },
};

const attached: Operator = {
  name: "gateway: attached to a network of an application",
  make: (base, random) => {
    const edit = base.edit();
    const own = random.pick(edit.all("network/gatewayNetwork:GatewayNetwork"));
    const network = random.pick(base.guests).legs[0]?.privateNetwork ?? "";
    const target = edit.resource("network/privateNetwork:PrivateNetwork", base.privateNetwork(network).name);
    edit.add(
      own,
      "added-attachment",
      own.type,
      { ...own.inputs, ipamConfigs: [], privateNetworkId: target.id, enableMasquerade: true },
      {
        privateNetworkId: target.id,
        privateIps: [
          {
            address: base
              .privateNetwork(network)
              .prefixes[0]?.replace(/\d+\/\d+$/, (end) => `${Number(end.split("/")[0]) + 55}`),
          },
        ],
      },
    );
    return { where: `${own.name} to ${network}`, edit };
  },
};

const notKnown: Operator = {
  name: "not readable: a product that nobody knows on a network",
  make: (base, random) => {
    const edit = base.edit();
    const network = random.pick(edit.all("network/privateNetwork:PrivateNetwork"));
    edit.add(network, "added-product", "scaleway:mongodb/instance:Instance", {
      privateNetwork: { pnId: network.id },
    });
    return { where: network.name, edit };
  },
};

const policyOfAll: Operator = {
  name: "proxy: input policy accept",
  make: (base, random) => {
    const node = random.pick(base.network.nodes.filter(({ role }) => role === "proxy"));
    const edit = base.edit();
    edit.setRules(node.key, (commands) => withPolicy(commands, "input", "accept"));
    return { where: node.key, edit };
  },
  equivalent: "the load balancers and the edge pair still send proxies only what is declared",
};

export const scalewayOperators: readonly Operator[] = [
  ...lists,
  route,
  routeAlone,
  publicAddress(true),
  publicAddress(false),
  groupOpened,
  groupClosed,
  groupAlone,
  backend(true),
  backend(false),
  backendOpened,
  frontend,
  bastion,
  portRule,
  attached,
  notKnown,
  policyOfAll,
];
