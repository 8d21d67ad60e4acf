/**
 * Real packets through the real kernel: one network namespace a host, one bridge a segment, the very rules loaded. The bridges are in a
 * namespace of their own that has no way out, so that nothing leaves the lab.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, buildAgent } from "./agent.ts";
import { LabError } from "./errors.ts";
import { type HostLayout, type Layout, layoutOf } from "./layout.ts";
import { abandoned, namesOfAll, newPrefix, removeNamespaces } from "./namespaces.ts";
import { forEachOf, run } from "./programs.ts";
import type { LabFlow, LabOutcome, LabSpec } from "./spec.ts";

/** Flows under way at once. */
const flight = 400;
/** Milliseconds that links may take to come up. */
const readiness = 20_000;

export interface Listener {
  readonly host: string;
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
}

export class Lab {
  readonly #layout: Layout;
  readonly #agent: Agent;
  readonly #hosts: ReadonlyMap<string, string>;
  readonly #listening = new Set<string>();

  private constructor(layout: Layout, agent: Agent) {
    this.#layout = layout;
    this.#agent = agent;
    this.#hosts = new Map([...layout.namespaces].map(([host, namespace]) => [namespace, host]));
  }

  /** Lays a lab out and starts it. What labs of killed processes left is removed first. Throws {@link LabError}. */
  static async open(spec: LabSpec): Promise<Lab> {
    const binary = await buildAgent();
    await removeNamespaces(abandoned(await namesOfAll()));
    const layout = layoutOf(spec, newPrefix());
    const agent = new Agent(binary);
    const lab = new Lab(layout, agent);
    try {
      await lab.#layOut();
      return lab;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  /** Process number of the program that sends and listens. */
  get agentProcess(): number | undefined {
    return this.#agent.process;
  }

  /** Names of the namespaces, the bridges' one included. */
  get namespaces(): readonly string[] {
    return [this.#layout.fabric, ...this.#layout.namespaces.values()];
  }

  /** Answers every flow that comes there, until the lab is closed; again for a listener that is there already: nothing. */
  async listen(listeners: readonly Listener[]): Promise<void> {
    const wanted = listeners.filter((each) => {
      const key = `${each.host} ${each.protocol} ${each.address} ${each.port}`;
      if (this.#listening.has(key)) return false;
      this.#listening.add(key);
      return true;
    });
    await Promise.all(
      wanted.map(({ host, ...rest }) =>
        this.#agent.ask("listen", { namespace: this.#namespaceOf(host), ...rest }),
      ),
    );
  }

  /**
   * Tries flows, hundreds at once; outcomes in their order. One that is answered ends at once, any other is waited for `timeout`
   * milliseconds.
   */
  async send(flows: readonly LabFlow[], timeout: number): Promise<readonly LabOutcome[]> {
    const outcomes: LabOutcome[] = [];
    const rest = [...flows.entries()];
    const worker = async (): Promise<void> => {
      for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
        outcomes[next[0]] = await this.#sendOne(next[1], timeout);
      }
    };
    await Promise.all(Array.from({ length: flight }, worker));
    return outcomes;
  }

  /** Takes all rules of hosts away, as their root may. */
  async flush(hosts: readonly string[]): Promise<void> {
    await forEachOf(hosts, async (host) => {
      await run("nsenter", [`--net=/run/netns/${this.#namespaceOf(host)}`, "nft", "flush", "ruleset"]);
    });
  }

  /** Ends the sending program and removes every namespace. */
  async close(): Promise<void> {
    await this.#agent.close();
    const there = new Set(await namesOfAll());
    await removeNamespaces(this.namespaces.filter((name) => there.has(name)));
  }

  async #sendOne({ from, destination, ...rest }: LabFlow, timeout: number): Promise<LabOutcome> {
    const { arrival, answered, refusal } = await this.#agent.ask("send", {
      namespace: this.#namespaceOf(from),
      address: destination,
      ...rest,
      timeout,
    });
    return {
      arrival: arrival && {
        host: this.#hosts.get(arrival.namespace) ?? arrival.namespace,
        source: arrival.source,
        sourcePort: arrival.sourcePort,
      },
      answered: answered === true,
      refusal,
    };
  }

  #namespaceOf(host: string): string {
    const namespace = this.#layout.namespaces.get(host);
    if (namespace === undefined) throw new LabError(`No host of the lab is called ${host}`);
    return namespace;
  }

  async #layOut(): Promise<void> {
    const { fabric, cabling, hosts } = this.#layout;
    await run("ip", ["-batch", "-"], this.namespaces.map((name) => `netns add ${name}\n`).join(""));
    const set = (of: (host: HostLayout) => Readonly<Record<string, string>>): Promise<unknown> =>
      Promise.all(
        hosts.map((host) =>
          this.#agent.ask("set", { namespace: host.namespace, settings: Object.entries(of(host)) }),
        ),
      );
    await this.#agent.ask("set", {
      namespace: fabric,
      settings: ["all", "default"].map((scope) => [`net/ipv6/conf/${scope}/disable_ipv6`, "1"]),
    });
    await set(({ early }) => early);
    await run("ip", ["-n", fabric, "-batch", "-"], cabling);
    await set(({ late }) => late);
    const folder = await mkdtemp(join(tmpdir(), "archipel-lab-"));
    try {
      await forEachOf(hosts, (host) => configure(host, folder));
      await Promise.all(
        this.namespaces.map((namespace) => this.#agent.ask("ready", { namespace, timeout: readiness })),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function configure({ host, namespace, commands, rules6 }: HostLayout, folder: string): Promise<void> {
  try {
    await run("ip", ["-n", namespace, "-batch", "-"], commands);
    if (rules6 !== "") await run("ip", ["-6", "-n", namespace, "-batch", "-"], rules6);
    for (const [index, json] of host.rulesets.entries()) {
      const file = join(folder, `${namespace}-${index}.json`);
      await writeFile(file, json);
      await run("nsenter", [`--net=/run/netns/${namespace}`, "nft", "-j", "-f", file]);
    }
  } catch (error) {
    throw new LabError(`${host.name}: ${(error as Error).message}`);
  }
}
