/** Everything that Scaleway's API lists of an estate's network, whoever made it: all kinds, places and pages, or nothing at all. */
import PQueue from "p-queue";
import type { Organisation } from "../../model/estate/estate.ts";
import { liveNetwork } from "../../model/proof/read/live.ts";
import { type Collection, collections, Objects } from "../../model/proof/replay/objects.ts";
import type { Deployment } from "../deploy.ts";
import { VisibleError } from "../errors.ts";
import type { Item, ScalewayApi } from "../recover/scaleway-api.ts";
import { scalewayApi } from "../recover/scaleway-api.ts";
import { readStacks } from "./documents.ts";
import { declaredBy, inSeconds, type ReadNetwork } from "./networks.ts";

/**
 * The network as the API lists it and the states' commands configure it. Throws a {@link VisibleError} without credentials, for a stack that is
 * not up, and for whatever the API refuses.
 */
export async function liveNetworkOf(deployment: Deployment): Promise<ReadNetwork> {
  const { workspace, folder, estate, progress } = deployment;
  const api = scalewayApi(workspace.environment, { purpose: "the proof asks Scaleway's API what there is" });
  const began = performance.now();
  progress.expect(1);
  const documents = await readStacks(deployment, "states");
  const asked = performance.now();
  const objects = await progress.step("list what Scaleway has", async () => {
    const result = await readLive(api, estate.organisation);
    return { result, summary: `${result.size} objects` };
  });
  const network = liveNetwork(objects, documents);
  const seconds = { stacks: inSeconds(asked - began), read: inSeconds(performance.now() - asked) };
  return { estate, declared: declaredBy(folder, estate), network, source: "api", seconds };
}

/** Calls under way at once: the API answers more with 429. */
const side = 8;

/** The zone of the witness sells Instances alone of what is listed (SDK of 2026-07); any other product that reaches in holds an address there. */
const soldEverywhere = /^\/instance\//;

/** What is found where: an object's own list is below its place and id. */
interface Found {
  readonly place: string;
  readonly id: string;
}

/**
 * Lists a project of an organisation, one list of one place at a time, several side by side. Throws a {@link VisibleError} at the first that
 * is refused: a network with holes is not proved.
 */
export async function readLive(
  api: ScalewayApi,
  { region, zones, witnessZone }: Pick<Organisation, "region" | "zones" | "witnessZone">,
): Promise<Objects> {
  const queue = new PQueue({ concurrency: side });
  const objects = new Objects();
  const found = new Map<string, readonly Found[]>();
  const pair = Object.values(zones);
  // The Instance API says project where all others say project_id; each ignores the other's.
  const owner: Readonly<Record<string, string>> =
    api.projectId === undefined ? {} : { project_id: api.projectId, project: api.projectId };

  /** In the order of the list, whichever is answered first: the same network twice. */
  function each<In, Out>(list: readonly In[], ask: (item: In) => Promise<Out>): Promise<Out[]> {
    return Promise.all(list.map((item) => queue.add(() => ask(item))));
  }

  function placesOf({ path, of }: Collection): readonly Found[] {
    if (of !== undefined) return found.get(of) ?? [];
    const all = path.includes("/regions/")
      ? [region]
      : soldEverywhere.test(path)
        ? [...pair, witnessZone]
        : pair;
    return all.map((place) => ({ place, id: "" }));
  }

  async function itemsOf({ path, list: key = "", of, listWithin }: Collection, { place, id }: Found) {
    const filled = path.replace("*", place).replace("*", id);
    const items =
      of === undefined ? await api.list(filled, key, owner, "refused") : await api.list(filled, key);
    return listWithin === undefined ? items : items.map((item) => item[listWithin] as Item);
  }

  async function collect(collection: Collection): Promise<void> {
    const { kind, path } = collection;
    const answers = await each(placesOf(collection), async (where) => ({
      place: where.place,
      items: await itemsOf(collection, where),
    }));
    const kept = answers.flatMap(({ place, items }) =>
      // Routes of a VPC's own subnets are always there.
      items.filter(({ type }) => kind !== "route" || type !== "subnet").map((item) => ({ place, item })),
    );
    for (const { item } of kept) if (!objects.keep(kind, item)) throw strange(path);
    found.set(
      kind,
      kept.map(({ place, item }) => ({ place, id: String(item.id) })),
    );
  }

  async function acls(): Promise<void> {
    const lists = (found.get("vpc") ?? []).flatMap((vpc) =>
      ([4, 6] as const).map((family) => ({ ...vpc, family })),
    );
    await each(lists, async ({ place, id, family }) => {
      const path = `/vpc/v2/regions/${place}/vpcs/${id}/acl-rules?is_ipv6=${family === 6}`;
      const answer = await api.read(path);
      if (answer === undefined) throw strange(path);
      objects.acls.set(`${id} ${family}`, answer);
    });
  }

  async function rules(): Promise<void> {
    await each(found.get("securityGroup") ?? [], async ({ place, id }) => {
      const path = `/instance/v1/zones/${place}/security_groups/${id}/rules`;
      objects.rules.set(id, await api.list(path, "rules", {}, "refused"));
    });
  }

  async function plugs(): Promise<void> {
    const vlans = await each(pair, (place) =>
      api.list(
        `/baremetal/v3/zones/${place}/server-private-networks`,
        "server_private_networks",
        owner,
        "refused",
      ),
    );
    for (const [server, all] of Map.groupBy(vlans.flat(), (item) => String(item.server_id)))
      objects.attachments.set(server, all);
    await each(found.get("loadBalancer") ?? [], async ({ place, id }) => {
      const path = `/lb/v1/zones/${place}/lbs/${id}/private-networks`;
      objects.attachments.set(id, await api.list(path, "private_network"));
    });
  }

  try {
    const listed = collections.filter(({ list }) => list !== undefined);
    await Promise.all(listed.filter(({ of }) => of === undefined).map(collect));
    // What holds others stands before them, and is listed before them.
    for (const part of listed.filter(({ of }) => of !== undefined)) await collect(part);
    await Promise.all([acls(), rules(), plugs()]);
  } finally {
    queue.clear();
  }
  return objects;
}

function strange(path: string): VisibleError {
  return new VisibleError("api-refused", `GET ${path}: the answer is not what Scaleway's API answers`);
}
