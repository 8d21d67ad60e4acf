/** Ids, addresses and names that a server makes are its own: which of ours stands for which recorded one. */
import ipaddr from "ipaddr.js";

/** Strings that a server makes and a client says again, by their form. */
const made =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\bSCW[A-Z0-9]{17}\b|\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b|\b(?:\d{1,3}\.){3}\d{1,3}(?:\/\d{1,2})?(?![\w.])|(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::|[0-9a-f]{1,4})(?::[0-9a-f]{1,4})*(?:\/\d{1,3})?(?![\w:])/gi;

/** Recordings hide the access keys that requests name. */
const accessKey = /^SCW[A-Z0-9]{17}$/;
const maskedKey = "SCWXXXXXXXXXXXXXXXXX";

/** Recordings hide the organisation that some requests name, and keys, behind this id. */
export const maskedId = "11111111-1111-1111-1111-111111111111";

/** Subnets as private networks have them, and addresses in them. */
const subnet = /^(?:\d{1,3}\.){3}\d{1,3}\/2\d$|^[0-9a-f:]+\/64$/i;

const whole = new RegExp(`^(?:${made.source})$`, "i");

/** Fields whose text is the server's own where the request did not say it. */
const naming = /^(name|hostname|fqdn|secret_key|token|access_key|default_fqdn|ciphertext|signature)$/;

/** Lists beyond this are catalogues: their items are paired by their place. */
const longestPaired = 60;

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bare(address: string): string {
  return address.split("/")[0] as string;
}

function networkOf(cidr: string): ipaddr.IPv4 | ipaddr.IPv6 {
  return cidr.includes(":")
    ? ipaddr.IPv6.networkAddressFromCIDR(cidr)
    : ipaddr.IPv4.networkAddressFromCIDR(cidr);
}

/** An address in the subnet of one CIDR: the same place in that of another, when both are of one size. */
function moved(address: string, from: string, to: string): string | undefined {
  const [, length] = ipaddr.parseCIDR(from);
  const [old, one] = [networkOf(from), ipaddr.parse(address)];
  if (one.kind() !== old.kind() || !one.match(old, length) || !to.endsWith(`/${length}`)) return undefined;
  const base = old.toByteArray();
  const offset = one.toByteArray().map((byte, index) => byte - (base[index] as number));
  const next = networkOf(to).toByteArray();
  return ipaddr.fromByteArray(next.map((byte, index) => byte + (offset[index] as number))).toString();
}

/** What is known of a replay: recorded strings, and ours. */
export class Bindings {
  readonly #made = new Map<string, string>();
  readonly #names = new Map<string, string>();

  /** States that `ours` stands for `recorded`. The first statement holds, unless what was recorded is made anew. */
  bind(recorded: string, ours: string, anew = false): void {
    if (recorded === ours || (this.#made.has(recorded) && !anew)) return;
    this.#made.set(recorded, ours);
    if (accessKey.test(recorded)) this.#made.set(maskedKey, ours);
    // The same address may be said without its prefix length later.
    if (recorded.includes("/")) this.bind(bare(recorded), bare(ours), anew);
  }

  /** A recorded text with everything known replaced, for a request's body. */
  translate(text: string): string {
    let translated = this.#ids(text);
    for (const [recorded, ours] of this.#names) {
      translated = translated.replaceAll(JSON.stringify(recorded), JSON.stringify(ours));
    }
    return translated;
  }

  /** A recorded path and query with everything known replaced. */
  translateUrl(url: string): string {
    const [path = "", query] = url.split("?");
    const segments = path.split("/").map((segment) => this.#value(segment));
    if (query === undefined) return segments.join("/");
    const values = [...new URLSearchParams(query)].map(([name, value]): [string, string] => [
      name,
      this.#value(value),
    ]);
    return `${segments.join("/")}?${new URLSearchParams(values)}`;
  }

  #value(text: string): string {
    return this.#names.get(text) ?? this.#ids(text);
  }

  #ids(text: string): string {
    return text.replace(made, (found) => {
      const known = this.#made.get(found) ?? this.#made.get(bare(found)) ?? this.#inSubnet(bare(found));
      if (known === undefined) return found;
      return found.includes("/") && !known.includes("/") ? found.replace(bare(found), known) : known;
    });
  }

  /** Clients choose addresses by their place in a subnet that the server made. */
  #inSubnet(address: string): string | undefined {
    if (!ipaddr.isValid(address)) return undefined;
    for (const [recorded, ours] of this.#made) {
      if (!subnet.test(recorded)) continue;
      const there = moved(address, recorded, ours);
      if (there !== undefined) return there;
    }
    return undefined;
  }

  /** Learns from an answer and its recording, which say the same thing with other ids and in another order. */
  learn(recorded: unknown, ours: unknown, anew = false, field = ""): void {
    if (isObject(recorded) && isObject(ours)) {
      for (const [key, value] of Object.entries(recorded))
        if (key in ours) this.learn(value, ours[key], anew, key);
    } else if (Array.isArray(recorded) && Array.isArray(ours)) {
      for (const [one, other] of this.#pair(recorded, ours)) this.learn(one, other, anew, field);
    } else if (typeof recorded === "string" && typeof ours === "string" && recorded !== ours) {
      if (whole.test(recorded)) this.bind(recorded, ours, anew && field === "id");
      else if (naming.test(field) && recorded.length > 5 && this.translate(recorded) !== ours)
        this.#names.set(recorded, ours);
    }
  }

  /** Items of two lists that are most alike, each once; the order of a list tells nothing. */
  #pair(recorded: readonly unknown[], ours: readonly unknown[]): [unknown, unknown][] {
    if (recorded.length > longestPaired || ours.length > longestPaired) {
      return recorded.slice(0, ours.length).map((item, index) => [item, ours[index]]);
    }
    const candidates = recorded.flatMap((one, row) =>
      ours.map((other, column) => ({ row, column, likeness: this.#likeness(one, other) })),
    );
    candidates.sort(
      (a, b) => b.likeness - a.likeness || Math.abs(a.row - a.column) - Math.abs(b.row - b.column),
    );
    const pairs: [unknown, unknown][] = [];
    const taken = { rows: new Set<number>(), columns: new Set<number>() };
    for (const { row, column } of candidates) {
      if (taken.rows.has(row) || taken.columns.has(column)) continue;
      taken.rows.add(row);
      taken.columns.add(column);
      pairs.push([recorded[row], ours[column]]);
    }
    return pairs;
  }

  /** How many leaves say the same, ids that are known to stand for each other counted much. */
  #likeness(recorded: unknown, ours: unknown): number {
    if (isObject(recorded) && isObject(ours)) {
      return Object.entries(recorded).reduce(
        (sum, [key, value]) => sum + (key in ours ? this.#likeness(value, ours[key]) : 0),
        0,
      );
    }
    if (Array.isArray(recorded) && Array.isArray(ours)) {
      return recorded.length === ours.length ? 1 : 0;
    }
    if (typeof recorded !== "string") return recorded === ours ? 1 : 0;
    if (this.#made.get(recorded) === ours) return 20;
    if (whole.test(recorded) && typeof ours === "string" && recorded.includes(":") !== ours.includes(":"))
      return -5;
    if (recorded === ours) return 5;
    return this.#made.has(recorded) ? -20 : 0;
  }
}
