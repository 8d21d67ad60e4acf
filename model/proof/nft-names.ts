/** Numbers by the names that nftables writes for them. */
import type { Intervals } from "./intervals.ts";
import { intervalsOf } from "./intervals.ts";

export type Names = Readonly<Record<string, number>>;

export const protocolNames: Names = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  "ipv6-icmp": 58,
  icmpv6: 58,
  vrrp: 112,
  sctp: 132,
  udplite: 136,
};
export const icmpTypes: Names = {
  "echo-reply": 0,
  "destination-unreachable": 3,
  redirect: 5,
  "echo-request": 8,
  "router-advertisement": 9,
  "router-solicitation": 10,
  "time-exceeded": 11,
  "parameter-problem": 12,
};
export const icmp6Types: Names = {
  "destination-unreachable": 1,
  "packet-too-big": 2,
  "time-exceeded": 3,
  "parameter-problem": 4,
  "echo-request": 128,
  "echo-reply": 129,
  "nd-router-solicit": 133,
  "nd-router-advert": 134,
  "nd-neighbor-solicit": 135,
  "nd-neighbor-advert": 136,
  "nd-redirect": 137,
};
/** Protocols that have ports, dccp, sctp and udplite among them. */
export const withPorts: Intervals = intervalsOf([
  [6, 6],
  [17, 17],
  [33, 33],
  [132, 132],
  [136, 136],
]);
