import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Which Terraform type stands behind each class and function of @pulumiverse/scaleway. */
export interface TokenMap {
  /** Version of the npm package that the tokens were read from. */
  readonly version: string;
  /** Terraform resource → Pulumi type token. */
  readonly resources: Readonly<Record<string, string>>;
  /** Terraform data source → Pulumi function token. */
  readonly functions: Readonly<Record<string, string>>;
}

/** Where the map is kept; the provider's binary embeds it. */
export const tokenFile = fileURLToPath(new URL("go/scaleway/tokens.json", import.meta.url));

/** Pulumi modules whose Terraform prefix is not their own name. */
const prefixes: Readonly<Record<string, string>> = {
  applesilicon: "apple_silicon",
  audittrail: "audit_trail",
  containers: "container",
  databases: "rdb",
  edgeservices: "edge_services",
  elasticmetal: "baremetal",
  functions: "function",
  hosting: "webhosting",
  index: "",
  keymanager: "key_manager",
  kubernetes: "k8s",
  loadbalancers: "lb",
  network: "vpc",
  observability: "cockpit",
  s2svpn: "s2s_vpn",
  secrets: "secret",
};

/** Members that do not follow "prefix, underscore, name": Terraform calls them by other words. */
const exceptions: Readonly<Record<string, string>> = {
  "account/availabilityZones": "availability_zones",
  "containers/container": "container",
  "databases/serverlessDatabase": "sdb_sql_database",
  "datalab/datalab": "datalab",
  "datalab/datalabs": "datalabs",
  "elasticmetal/ip": "flexible_ip",
  "elasticmetal/ipMacAddress": "flexible_ip_mac_address",
  "elasticmetal/ips": "flexible_ips",
  "functions/function": "function",
  "hosting/hosting": "webhosting",
  "loadbalancers/loadBalancer": "lb",
  "loadbalancers/loadBalancers": "lbs",
  "network/vpc": "vpc",
  "network/vpcs": "vpcs",
  "object/": "object",
  "object/item": "object",
  "observability/cockpit": "cockpit",
  "observability/instance": "cockpit",
  "secrets/secret": "secret",
};

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^_/, "");
}

/** `module/member` → Terraform name: `network/privateNetwork` → `scaleway_vpc_private_network`. */
function terraformName(module: string, member: string): string {
  const exception = exceptions[`${module}/${member}`];
  const prefix = prefixes[module] ?? module;
  return ["scaleway", ...(exception === undefined ? [prefix, snake(member)] : [exception])]
    .filter((part) => part !== "")
    .join("_");
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js") && !file.startsWith("types"))
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8"));
}

/**
 * Reads the token map from the installed @pulumiverse/scaleway. Classes of the index module that the
 * package itself deprecates are left out: each has a twin in a module. Throws when two tokens claim one
 * Terraform name.
 */
export function readTokens(): TokenMap {
  const manifest = createRequire(import.meta.url).resolve("@pulumiverse/scaleway/package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const resources = new Map<string, string>();
  const functions = new Map<string, string>();
  const claim = (map: Map<string, string>, name: string, token: string): void => {
    const other = map.get(name);
    if (other !== undefined && other !== token) throw new Error(`${other} and ${token} both claim ${name}`);
    map.set(name, token);
  };
  for (const text of sources(dirname(manifest))) {
    if (/scaleway\.index\/.* has been deprecated in favor of/.test(text)) continue;
    for (const [, token = "", module = "", member = ""] of text.matchAll(
      /__pulumiType = '(scaleway:(\w+)\/(\w+):\w+)'/g,
    )) {
      claim(resources, terraformName(module, member), token);
    }
    for (const [, token = "", module = "", member = ""] of text.matchAll(
      /runtime\.invoke\("(scaleway:(\w+)\/get(\w*):\w+)"/g,
    )) {
      claim(
        functions,
        terraformName(
          module,
          member.replace(/^./, (letter) => letter.toLowerCase()),
        ),
        token,
      );
    }
  }
  const sorted = (map: Map<string, string>): Record<string, string> =>
    Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { version, resources: sorted(resources), functions: sorted(functions) };
}

/** The text of the token file for a map: same map, same bytes. */
export function tokenText(map: TokenMap): string {
  return `${JSON.stringify(map, null, 2)}\n`;
}

if (import.meta.main) writeFileSync(tokenFile, tokenText(readTokens()));
