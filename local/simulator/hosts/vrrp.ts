import type { Fabric } from "./fabric.ts";
import type { Host, VrrpState } from "./host.ts";
import { attachmentOf, findLink } from "./network/network-state.ts";
import { parseAddress } from "./nftables/packet.ts";
import type { VrrpInstance } from "./services/keepalived.ts";

/** One host's part in one virtual router. */
interface Member {
  host: Host;
  instance: VrrpInstance;
  /** Identity of the router: the private network and the VRID. Undefined when the link leads to no private network. */
  router: string | undefined;
  state: VrrpState;
  address: string;
}

function linkIsUp(host: Host, name: string): boolean {
  const link = findLink(host.network, name);
  return link !== undefined && attachmentOf(host.machine, host.network, link).kind === "private";
}

function membersOf(host: Host): Member[] {
  return (host.keepalived?.instances ?? []).map((instance) => {
    const link = findLink(host.network, instance.interface);
    const attachment = link && attachmentOf(host.machine, host.network, link);
    const network = attachment?.kind === "private" ? attachment.leg.privateNetworkId : undefined;
    const own = link?.addresses.find(({ origin, address }) => origin !== "vrrp" && !address.includes(":"));
    const router = network === undefined ? undefined : `${network} ${instance.virtualRouterId}`;
    const state = host.vrrpStates.get(instance.name) ?? "FAULT";
    return {
      host,
      instance,
      router,
      state,
      address: instance.unicastSource ?? own?.address.split("/")[0] ?? "",
    };
  });
}

async function isHealthy(member: Member): Promise<boolean> {
  const { host, instance } = member;
  if (member.router === undefined || member.address === "") return false;
  const links = new Set([...instance.trackInterfaces, ...instance.addresses.map(({ link }) => link)]);
  if (![...links].every((link) => linkIsUp(host, link))) return false;
  for (const name of instance.trackScripts) {
    const script = host.keepalived?.scripts[name] ?? "";
    if (script === "" || (await host.runQuietly(script)).exitCode !== 0) return false;
  }
  return true;
}

/** Whether `listener` gets the adverts of `speaker`: it must be among its peers, and rules on the way must let VRRP in. */
async function hears(fabric: Fabric, listener: Member, speaker: Member): Promise<boolean> {
  const peers = speaker.instance.unicastPeers;
  if (peers.length > 0 && !peers.includes(listener.address)) return false;
  const probe = {
    protocol: "vrrp" as const,
    address: listener.address,
    port: undefined,
    source: speaker.address,
  };
  const { arrives } = await fabric.reach(speaker.host, probe);
  return arrives;
}

function outranks(first: Member, second: Member): boolean {
  const difference = first.instance.priority - second.instance.priority;
  if (difference !== 0) return difference > 0;
  return parseAddress(first.address).value > parseAddress(second.address).value;
}

/** States after the protocol has come to rest among members that are healthy. */
async function settleStates(fabric: Fabric, healthy: Member[]): Promise<Map<Member, VrrpState>> {
  const ranked = [...healthy].sort((a, b) => (outranks(a, b) ? -1 : 1));
  const heard = new Map<Member, Member[]>();
  for (const listener of ranked) {
    const speakers: Member[] = [];
    for (const speaker of ranked) {
      if (speaker !== listener && (await hears(fabric, listener, speaker))) speakers.push(speaker);
    }
    heard.set(listener, speakers);
  }
  const states = new Map<Member, VrrpState>(
    ranked.map((member) => [member, member.state === "MASTER" ? "MASTER" : "BACKUP"]),
  );
  for (let round = 0; round <= ranked.length; round += 1) {
    for (const member of ranked) {
      const others = heard.get(member) ?? [];
      const masters = others.filter((other) => states.get(other) === "MASTER");
      if (states.get(member) === "MASTER") {
        if (masters.some((master) => outranks(master, member))) states.set(member, "BACKUP");
        continue;
      }
      const preempts = !member.instance.nopreempt && masters.every((master) => outranks(member, master));
      const silence = masters.length === 0 && !others.some((other) => outranks(other, member));
      if (silence || (masters.length > 0 && preempts)) states.set(member, "MASTER");
    }
  }
  return states;
}

async function enter(member: Member, state: VrrpState): Promise<void> {
  const { host, instance } = member;
  for (const { address, link } of instance.addresses) {
    const holder = findLink(host.network, link);
    if (!holder) continue;
    holder.addresses = holder.addresses.filter((held) => held.address !== address || held.origin !== "vrrp");
    if (state === "MASTER") holder.addresses.push({ address, origin: "vrrp" });
  }
  if (host.vrrpStates.get(instance.name) === state) return;
  host.vrrpStates.set(instance.name, state);
  host.change("service", { name: "keepalived.service", instance: instance.name, state });
  host.journal("keepalived", `(${instance.name}) Entering ${state} STATE`);
  const script = instance.notify[state === "MASTER" ? "master" : state === "BACKUP" ? "backup" : "fault"];
  if (script !== undefined) await host.runQuietly(script);
}

/** Takes virtual addresses off a host whose keepalived no longer holds them. */
function dropStrays(host: Host): void {
  const held = new Set(
    (host.keepalived?.instances ?? []).flatMap(({ addresses }) => addresses.map(({ address }) => address)),
  );
  for (const link of host.network.links) {
    link.addresses = link.addresses.filter(({ origin, address }) => origin !== "vrrp" || held.has(address));
  }
  const names = new Set((host.keepalived?.instances ?? []).map(({ name }) => name));
  for (const name of host.vrrpStates.keys()) if (!names.has(name)) host.vrrpStates.delete(name);
}

/**
 * Lets virtual routers come to rest after something changed: highest priority among healthy members that hear each
 * other, `nopreempt` respected; members that do not hear each other are masters both, as in life.
 * @param touched limits the work to routers of these hosts and theirs; undefined: all.
 * @returns hosts whose state changed, to be recorded and kept.
 */
export async function elect(
  fabric: Fabric,
  running: readonly Host[],
  touched: Host | undefined,
): Promise<Host[]> {
  const everyone = running.flatMap(membersOf);
  const concerned = touched && new Set(membersOf(touched).map(({ router }) => router));
  // A host that has just left its router leaves the others to it: they must be asked too.
  const left = touched !== undefined && (touched.vrrpStates.size > 0 || !touched.up);
  if (touched) dropStrays(touched);
  const members = everyone.filter(
    ({ host, router }) => !concerned || left || host === touched || concerned.has(router),
  );
  const routers = new Map<string, Member[]>();
  const changed = new Set<Host>();
  for (const member of members) {
    if (await isHealthy(member)) {
      const router = member.router ?? "";
      routers.set(router, [...(routers.get(router) ?? []), member]);
    } else {
      if (member.state !== "FAULT" || !member.host.vrrpStates.has(member.instance.name))
        changed.add(member.host);
      await enter(member, "FAULT");
    }
  }
  for (const healthy of routers.values()) {
    const states = await settleStates(fabric, healthy);
    // Those who give addresses up do so before others take them.
    const ordered = [...states].sort(([, a], [, b]) => (a === b ? 0 : a === "MASTER" ? 1 : -1));
    for (const [member, state] of ordered) {
      if (member.host.vrrpStates.get(member.instance.name) !== state) changed.add(member.host);
      await enter(member, state);
    }
  }
  return [...changed];
}
