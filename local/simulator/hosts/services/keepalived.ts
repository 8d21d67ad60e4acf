/** One vrrp_instance of keepalived.conf. */
export interface VrrpInstance {
  name: string;
  initialState: "MASTER" | "BACKUP";
  interface: string;
  virtualRouterId: number;
  priority: number;
  nopreempt: boolean;
  unicastSource: string | undefined;
  unicastPeers: string[];
  /** Virtual addresses with the link they are put on, CIDR form. */
  addresses: { address: string; link: string }[];
  trackScripts: string[];
  trackInterfaces: string[];
  notify: { master?: string; backup?: string; fault?: string };
}

export interface KeepalivedConfig {
  instances: VrrpInstance[];
  /** Command lines by vrrp_script name. */
  scripts: Record<string, string>;
  problems: string[];
}

interface Block {
  words: string[];
  children: Block[];
}

function tokens(text: string): string[][] {
  return text
    .split("\n")
    .map((line) => line.replace(/(^|\s)[#!].*$/, ""))
    .flatMap((line) => line.replaceAll(/([{}])/g, "\n$1\n").split("\n"))
    .map((line) => (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll(/^"|"$/g, "")))
    .filter((words) => words.length > 0);
}

function parseBlocks(text: string, problems: string[]): Block[] {
  const root: Block = { words: [], children: [] };
  const stack = [root];
  for (const words of tokens(text)) {
    const parent = stack.at(-1) ?? root;
    if (words[0] === "{") stack.push(parent.children.at(-1) ?? root);
    else if (words[0] === "}") {
      if (stack.length === 1) problems.push("Unexpected '}'");
      else stack.pop();
    } else parent.children.push({ words, children: [] });
  }
  if (stack.length > 1) problems.push("Missing '}' at the end of the configuration");
  return root.children;
}

const topLevel = [
  "global_defs",
  "vrrp_instance",
  "vrrp_script",
  "vrrp_sync_group",
  "vrrp_track_process",
  "vrrp_track_file",
  "track_file",
];
const instanceKeywords = [
  "state",
  "interface",
  "virtual_router_id",
  "priority",
  "advert_int",
  "nopreempt",
  "preempt",
  "preempt_delay",
  "version",
  "unicast_src_ip",
  "unicast_peer",
  "unicast_fault_no_peer",
  "check_unicast_src",
  "virtual_ipaddress",
  "virtual_ipaddress_excluded",
  "virtual_routes",
  "track_script",
  "track_interface",
  "track_file",
  "dont_track_primary",
  "authentication",
  "garp_master_delay",
  "garp_master_refresh",
  "garp_master_repeat",
  "garp_master_refresh_repeat",
  "garp_lower_prio_delay",
  "garp_lower_prio_repeat",
  "higher_prio_send_advert",
  "use_vmac",
  "accept",
  "no_accept",
  "skip_check_adv_addr",
  "strict_mode",
  "debug",
  "notify",
  "notify_master",
  "notify_backup",
  "notify_fault",
  "notify_stop",
  "notify_master_rx_lower_pri",
];

function wordOf(block: Block, key: string): string | undefined {
  return block.children.find(({ words }) => words[0] === key)?.words[1];
}

function childrenOf(block: Block, key: string): string[][] {
  return block.children
    .filter(({ words }) => words[0] === key)
    .flatMap(({ children }) => children.map(({ words }) => words));
}

function instanceOf(block: Block, problems: string[]): VrrpInstance {
  const name = block.words[1] ?? "";
  const where = `(${name})`;
  for (const { words } of block.children) {
    if (!instanceKeywords.includes(words[0] ?? "")) problems.push(`${where} Unknown keyword '${words[0]}'`);
  }
  const link = wordOf(block, "interface") ?? "";
  if (link === "") problems.push(`${where} has no interface`);
  const number = (key: string, first: number, last: number, fallback?: number): number => {
    const text = wordOf(block, key);
    const value = text === undefined ? fallback : Number(text);
    if (value === undefined || !Number.isInteger(value) || value < first || value > last) {
      problems.push(`${where} ${key} '${text ?? ""}' must be from ${first} to ${last}`);
      return first;
    }
    return value;
  };
  const initial = wordOf(block, "state") ?? "BACKUP";
  if (initial !== "MASTER" && initial !== "BACKUP") problems.push(`${where} unknown state '${initial}'`);
  const nopreempt = block.children.some(({ words }) => words[0] === "nopreempt");
  if (nopreempt && initial === "MASTER")
    problems.push(`${where} 'nopreempt' is ignored with initial state MASTER`);
  const addresses = [
    ...childrenOf(block, "virtual_ipaddress"),
    ...childrenOf(block, "virtual_ipaddress_excluded"),
  ].map((words) => {
    const device = words.indexOf("dev");
    const address = words[0] ?? "";
    return {
      address: address.includes("/") ? address : `${address}/32`,
      link: device > 0 ? (words[device + 1] ?? link) : link,
    };
  });
  const notify: VrrpInstance["notify"] = {};
  for (const state of ["master", "backup", "fault"] as const) {
    const script = wordOf(block, `notify_${state}`);
    if (script !== undefined) notify[state] = script;
  }
  return {
    name,
    initialState: initial === "MASTER" ? "MASTER" : "BACKUP",
    interface: link,
    virtualRouterId: number("virtual_router_id", 1, 255),
    priority: number("priority", 1, 255, 100),
    nopreempt: nopreempt && initial !== "MASTER",
    unicastSource: wordOf(block, "unicast_src_ip"),
    unicastPeers: childrenOf(block, "unicast_peer").map((words) => words[0] ?? ""),
    addresses,
    trackScripts: childrenOf(block, "track_script").map((words) => words[0] ?? ""),
    trackInterfaces: childrenOf(block, "track_interface").map((words) => words[0] ?? ""),
    notify,
  };
}

/**
 * Parses keepalived.conf as `keepalived -t` does.
 * @param links names of the host's interfaces: keepalived refuses an instance on one that does not exist.
 */
export function parseKeepalived(text: string, links: ReadonlySet<string>): KeepalivedConfig {
  const problems: string[] = [];
  const config: KeepalivedConfig = { instances: [], scripts: {}, problems };
  for (const block of parseBlocks(text, problems)) {
    const [keyword, name] = block.words;
    if (!topLevel.includes(keyword ?? "")) problems.push(`Unknown keyword '${keyword}'`);
    if (keyword === "vrrp_instance") config.instances.push(instanceOf(block, problems));
    if (keyword === "vrrp_script") config.scripts[name ?? ""] = wordOf(block, "script") ?? "";
  }
  const identities = new Set<string>();
  for (const instance of config.instances) {
    const identity = `${instance.interface} ${instance.virtualRouterId}`;
    if (identities.has(identity))
      problems.push(
        `(${instance.name}) VRID ${instance.virtualRouterId} is used twice on ${instance.interface}`,
      );
    identities.add(identity);
    for (const link of new Set([
      instance.interface,
      ...instance.addresses.map((address) => address.link),
      ...instance.trackInterfaces,
    ])) {
      if (link !== "" && !links.has(link))
        problems.push(`(${instance.name}) WARNING - interface ${link} doesn't exist`);
    }
    for (const script of instance.trackScripts) {
      if (!(script in config.scripts)) problems.push(`(${instance.name}) track_script ${script} not found`);
    }
  }
  return config;
}
