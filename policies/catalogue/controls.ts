/**
 * What the texts ask that a configuration can show, and where each asks it.
 *
 * Read in the texts named below (project reference of 2026-11, §4); a framework that says nothing on a point is left out. A check that
 * passes is evidence for a point, never the point itself: people, procedures and what runs outside Scaleway are not in a program.
 */

/** The texts, in the versions that were read. */
export const frameworks = {
  cir: "NIS2, implementing regulation (EU) 2024/2690, annex",
  recyf: "RECYF v2.5 (ANSSI, 2026-03-17)",
  hygiene: "ANSSI, guide d'hygiène informatique",
  administration: "ANSSI PA-022 (administration), and Internet interconnection guide v3.0 where said",
  iso27001: "ISO/IEC 27001:2022, Annex A",
  secnumcloud: "SecNumCloud 3.2",
} as const;

export type Framework = keyof typeof frameworks;

export interface Control {
  readonly asks: string;
  readonly references: Readonly<Partial<Record<Framework, string>>>;
}

const control = (asks: string, references: Control["references"]): Control => ({ asks, references });

export const controls = {
  N1: control("every workload in exactly one declared zone/app network; no flat VPC", {
    cir: "6.8.1, 6.8.2(a)(c)",
    recyf: "7.A.1, 7.A.2, 7.A.4",
    hygiene: "19",
    iso27001: "A.8.22",
    secnumcloud: "13.2.a",
  }),
  N2: control("default deny between networks (NACL default Deny v4 and v6, firewall default drop)", {
    cir: "6.7.2(c)(f), 6.8.2(e)",
    recyf: "7.B.3",
    hygiene: "19",
    administration: "R16",
    iso27001: "A.8.20, A.8.22",
    secnumcloud: "13.2.e",
  }),
  N3: control("each allowed flow has owner + justification + ports; generated flow matrix", {
    cir: "6.7.2(a)(c)",
    recyf: "7.B.1, 7.B.2",
    hygiene: "4, 25",
    administration: "R3",
    iso27001: "A.8.20",
    secnumcloud: "13.1.a, 13.2.e",
  }),
  N4: control("real rules == flow matrix (no extra, no missing); review <= 12 months", {
    cir: "6.7.3, 6.8.3",
    recyf: "7.B.5, 18.4",
    hygiene: "25",
    iso27001: "A.8.9, A.8.20",
    secnumcloud: "13.1.b",
  }),
  N5: control("inter-zone traffic traverses a dedicated firewall", {
    cir: "6.8.2(b)(e)",
    recyf: "7.B.4",
    hygiene: "19, 25",
    administration: "R16",
    iso27001: "A.8.20",
    secnumcloud: "13.2",
  }),
  N6: control(
    "DMZ / inbound + outbound gateways; internet-facing services isolated; inbound via reverse proxy",
    {
      cir: "6.8.2(d)",
      recyf: "7.A.5, 7.A.6",
      hygiene: "22, 23",
      administration: "Internet R6, R7 (no flow *started* from gateway to inside), R22",
      iso27001: "A.8.20, A.8.23",
    },
  ),
  N7: control("inner and outer firewalls not shared", {
    administration: "Internet R13 (physical; note deviation in cloud)",
    iso27001: "A.8.20",
  }),
  N8: control("production separated from dev/test and backups", {
    cir: "6.8.2(h)",
    recyf: "7.A.3-4",
    hygiene: "19",
    iso27001: "A.8.31",
    secnumcloud: "12.3.a",
  }),
  N9: control("third-party interconnections: own zone, filtered, time-limited", {
    cir: "6.7.2(h), 6.8.1",
    recyf: "7.A.7-8, 7.B.4",
    hygiene: "25, 25.R",
    administration: "R62, R66, R68",
    iso27001: "A.5.19, A.8.21",
  }),
  N10: control("no host bridges two zones except firewalls (dual-homing)", {
    cir: "6.8.2(e)(g)",
    recyf: "7.A.4, 7.B.3",
    hygiene: "19",
    administration: "R16",
    iso27001: "A.8.22",
    secnumcloud: "13.2",
  }),
  N11: control("sensitive classes not packed on the same firewall/host", {
    cir: "6.8.2(c)",
    recyf: "7.A.3",
    hygiene: "19",
    administration: "R7",
    iso27001: "A.8.22",
    secnumcloud: "9.7, 13.2.a",
  }),
  A1: control("dedicated admin network, reaching each server by its own interface", {
    cir: "6.8.2(f)(g)",
    recyf: "19.1, 19.7",
    hygiene: "28, 28.R",
    administration: "R15 (R15- IPsec VPN), R18 (R18- virtual NIC)",
    iso27001: "A.8.22, A.8.20",
    secnumcloud: "9.7.c, 13.2.c",
  }),
  A2: control("no server-to-server traffic over the admin network", {
    cir: "6.8.2(e)",
    recyf: "19.8",
    hygiene: "28",
    administration: "R20",
    iso27001: "A.8.22",
    secnumcloud: "13.2.e",
  }),
  A3: control("admin hosts have no internet in or out", {
    cir: "6.7.2(c)",
    hygiene: "27, 27.R",
    administration: "R10, R43 (relay)",
    iso27001: "A.8.20",
    secnumcloud: "12.12",
  }),
  A4: control("management ports only from admin zone; local filter on managed hosts", {
    cir: "6.7.2(b)(d), 11.4.2",
    recyf: "19.10-11",
    hygiene: "17.R",
    administration: "R17, R19, R23, R24",
    iso27001: "A.8.2, A.8.20",
    secnumcloud: "12.12, 13.2.e",
  }),
  A5: control("admin tools on dedicated servers per zone, dedicated accounts", {
    cir: "6.7.2(e), 11.3.2(b)(d), 11.4.2(a)(b)",
    recyf: "11.A.1, 19.3",
    hygiene: "8, 28",
    administration: "R22, R27, R29",
    iso27001: "A.8.2, A.8.18",
    secnumcloud: "12.12",
  }),
  L1: control(
    "firewall logs: blocked packets, kept >= 1 year (hygiène) / >= 3 months (RECYF); synchronised time",
    {
      cir: "3.2.3(a)(g)(j), 3.2.5",
      recyf: "20.4-20.6",
      hygiene: "36",
      administration: "R46, R47",
      iso27001: "A.8.15, A.8.17",
      secnumcloud: "12.6-12.8",
    },
  ),
  B1: control("backup plan per stateful service: recovery time, retention", {
    cir: "4.2.2(a)(f), 4.1.2(f)",
    recyf: "13.1, 13.4, 13.5",
    hygiene: "37",
    administration: "R45",
    iso27001: "A.8.13",
    secnumcloud: "12.5.a (daily)",
  }),
  B2: control("backup copies not in the same network and far enough (other AZ/region)", {
    cir: "4.2.2(c)",
    recyf: "13.3",
    hygiene: "37, 14.R",
    administration: "backup guide: separate zone, strict flows",
    iso27001: "A.8.13",
    secnumcloud: "12.5.d",
  }),
  B3: control("backup access control, immutable/offline copy", {
    cir: "4.2.2(d)",
    recyf: "13.3",
    hygiene: "37, 14.R",
    iso27001: "A.8.13, A.8.3",
    secnumcloud: "12.5.b",
  }),
  B4: control("config backed up (Pulumi state, firewall config), offline", {
    cir: "4.2.2(b)",
    recyf: "13.1",
    hygiene: "37",
    iso27001: "A.8.13, A.8.9",
    secnumcloud: "17.5.a",
  }),
  B5: control("integrity checks and restore tests: last success <= n days/12 months with evidence", {
    cir: "4.2.3, 4.2.6",
    recyf: "13.2",
    hygiene: "37.R",
    iso27001: "A.8.13",
    secnumcloud: "12.5.c",
  }),
  D1: control("each service has RTO/RPO (DMIA/PRD) and order of recovery; class aligned", {
    cir: "4.1.2(e)(f), 4.1.3, 12.1.2(c)",
    recyf: "13.4, 13.6",
    iso27001: "A.5.30",
    secnumcloud: "17.2.a",
  }),
  D2: control("redundancy: >= 2 AZ, capacity N-1, replica in the other AZ", {
    cir: "4.2.4(a)(b), 4.2.5",
    recyf: "13.5",
    administration: "Internet (redundancy)",
    iso27001: "A.8.14",
    secnumcloud: "17.4.a",
  }),
  D3: control("activation/deactivation conditions; failback plan", {
    cir: "4.1.2(d)(h)",
    recyf: "13.6",
    hygiene: "40",
    iso27001: "A.5.29",
    secnumcloud: "17.2.a",
  }),
  D4: control("drill within interval, timed, lessons recorded", {
    cir: "4.1.4, 4.2.6, 4.3.4",
    recyf: "15.2-15.4",
    iso27001: "A.5.30",
    secnumcloud: "17.3.a",
  }),
  D5: control("security kept during failover (matrix not widened)", {
    cir: "4.3.2(c)",
    recyf: "14.8",
    iso27001: "A.5.29",
  }),
  C1: control("change tested/assessed before; emergency change documented after", {
    cir: "6.4.2, 6.4.3",
    iso27001: "A.8.32",
    secnumcloud: "12.2",
  }),
  X1: control("network diagram current (generated, dated)", {
    cir: "6.7.2(a)",
    recyf: "18.4",
    hygiene: "4",
    administration: "R3",
    iso27001: "A.8.20",
    secnumcloud: "13.1.a-b",
  }),
} as const satisfies Readonly<Record<string, Control>>;

export type ControlId = keyof typeof controls;
