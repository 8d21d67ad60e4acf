/** Small slices of a plan, written by hand: what components are tried with. */
import type {
  BareMetalPlan,
  HostPlan,
  InstancePlan,
  LoadBalancerPlan,
  PrivateNetworkPlan,
  PublicAddressPlan,
  ReservationPlan,
  VpcPlan,
} from "../../model/plan/plan.ts";

export const vpc: VpcPlan = { key: "vpc-a", name: "small-vpc-a", tags: ["estate=small"] };

export const privateNetwork: PrivateNetworkPlan = {
  key: "portal",
  name: "small-portal",
  vpc: "vpc-a",
  role: "application",
  cidr: "10.64.1.0/26",
  gateway: "10.64.1.1",
  pair: "segmentation-internal-1",
  application: "portal",
  trustClass: "internal",
  interface: "pn-portal",
  tags: ["network=portal"],
};

export const reservation: ReservationPlan = {
  key: "portal.portal-web-par-1-1",
  privateNetwork: "portal",
  address: "10.64.1.10",
  purpose: "leg",
  tags: ["holder=portal-web-par-1-1"],
};

export const publicAddresses: readonly PublicAddressPlan[] = [
  { key: "bastion.par-1", kind: "instance", zone: "fr-par-1", tags: ["key=bastion.par-1"] },
  { key: "gateway.par-1", kind: "gateway", zone: "fr-par-1", tags: [] },
  { key: "load-balancer.par-2", kind: "load-balancer", zone: "fr-par-2", tags: [] },
];

export const host: HostPlan = {
  user: "root",
  port: 22,
  address: "10.64.1.10",
  through: "segmentation-internal-1",
  files: [],
  units: [],
  bootstrap: "set -eu\n# first, from {{address:bastion.par-1}}\n",
  configure: "set -eu\n# bastion {{address:bastion.par-1}}\n",
};

export const bareMetal: BareMetalPlan = {
  kind: "bare-metal",
  key: "payroll-db-par-1-1",
  name: "small-payroll-db-par-1-1",
  zone: "fr-par-1",
  role: "fleet",
  application: "payroll",
  trustClass: "internal",
  offer: "EM-B220E-NVME",
  os: "debian-12",
  legs: [
    { privateNetwork: "payroll", reservation: "payroll.payroll-db-par-1-1", interface: "pn-payroll" },
    { privateNetwork: "agenda", reservation: "agenda.payroll-db-par-1-1", interface: "pn-agenda" },
  ],
  tags: ["app=payroll"],
  data: "stateful",
  cloudInit: "#cloud-config\n# {{address:bastion.par-1}} and {{address:bastion.par-2}}\n",
  host,
};

export const instance: InstancePlan = {
  kind: "instance",
  key: "portal-web-par-1-1",
  name: "small-portal-web-par-1-1",
  zone: "fr-par-1",
  role: "fleet",
  application: "portal",
  trustClass: "internal",
  offer: "PLAY2-NANO",
  os: "debian-12",
  legs: [{ privateNetwork: "portal", reservation: "portal.portal-web-par-1-1", interface: "pn-portal" }],
  tags: ["app=portal"],
  data: "stateless",
  cloudInit: "#cloud-config\n",
  host,
  publicAddress: undefined,
  securityGroup: {
    key: "portal-web-par-1-1",
    name: "small-portal-web-par-1-1",
    inbound: [],
    outbound: [],
    tags: [],
  },
};

export const bastion: InstancePlan = {
  ...instance,
  key: "bastion-par-1",
  name: "small-bastion-par-1",
  role: "bastion",
  legs: [{ privateNetwork: "admin", reservation: "admin.bastion-par-1", interface: "pn-admin" }],
  publicAddress: "bastion.par-1",
  host: { ...host, port: 2222, address: "10.64.0.10", through: undefined },
  securityGroup: {
    key: "bastion-par-1",
    name: "small-bastion-par-1",
    inbound: [{ protocol: "TCP", portRange: "2222", ipRange: "0.0.0.0/0" }],
    outbound: [{ protocol: "TCP", portRange: undefined, ipRange: "{{address:bastion.par-2}}/32" }],
    tags: [],
  },
};

export const loadBalancer: LoadBalancerPlan = {
  key: "load-balancer-par-1",
  name: "small-load-balancer-par-1",
  zone: "fr-par-1",
  type: "LB-S",
  publicAddress: "load-balancer.par-1",
  privateNetwork: "ingress",
  reservation: "ingress.load-balancer-par-1",
  backends: [
    {
      key: "https",
      name: "small-https",
      forwardPort: 443,
      serverAddresses: ["10.64.2.10", "10.64.2.20"],
      healthCheck: { port: 8080, delaySeconds: 3, timeoutSeconds: 1, maxRetries: 2 },
    },
  ],
  frontends: [{ key: "https", name: "small-https", inboundPort: 443, backend: "https" }],
  tags: [],
};
