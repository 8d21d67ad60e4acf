import { randomUUID } from "node:crypto";
import { instances } from "../core/dialects.ts";
import { invalidArgument, notFound, preconditionFailed } from "../core/errors.ts";
import type { Action, Answer, Demand } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Server, ServerBody, ServerHidden } from "./instance-server.ts";
import { localVolumes } from "./instance-volumes.ts";

export function isProtected(server: Server): boolean {
  return server.body.protected;
}

const descriptions = {
  poweron: "server_batch_poweron",
  poweroff: "server_poweroff",
  stop_in_place: "server_stop_in_place",
  reboot: "server_reboot",
  terminate: "server_terminate",
} as const;

type ActionName = keyof typeof descriptions;

function task(server: Server, name: ActionName): Answer {
  return {
    status: 202,
    body: {
      task: {
        id: randomUUID(),
        description: descriptions[name],
        status: "pending",
        href_from: `/servers/${server.id}/action`,
        href_result: `/servers/${server.id}`,
        started_at: instances.time(Date.now()),
        terminated_at: null,
        progress: 0,
        zone: server.locality,
      },
    },
  };
}

function boot(server: Server): void {
  server.body.state = "running";
  server.body.state_detail = "booting kernel";
  server.hidden.boots = (server.hidden.boots ?? 0) + 1;
}

function terminate(world: World, server: Server): void {
  const volumes = localVolumes(world, server);
  world.remove(server);
  for (const volume of volumes) world.remove(volume);
}

function act(world: World, { input }: Demand, server: Server): Answer {
  const name = input.action as ActionName;
  if (!(name in descriptions))
    throw invalidArgument("action", `one of: ${Object.keys(descriptions).join(", ")}`);
  if (isProtected(server) && name !== "poweron" && name !== "reboot") {
    throw preconditionFailed("resource_protected", "the server is protected", 400);
  }
  const { state } = server.body;
  if (name === "poweron" && state === "running") throw invalidArgument("action", "server should be stopped");
  if (name === "reboot" && state !== "running") throw invalidArgument("action", "server should be running");
  if (name === "terminate") {
    terminate(world, server);
    return task(server, name);
  }
  if (name === "poweron" || name === "reboot") boot(server);
  else {
    server.body.state = name === "stop_in_place" ? "stopped in place" : "stopped";
    server.body.state_detail = "";
  }
  world.keep(server);
  return task(server, name);
}

function key({ params }: Demand): string {
  return params.key ?? "";
}

/** Power and user data. User data travels as text, `cloud-init` among it. */
export const actions: readonly Action<ServerBody, ServerHidden>[] = [
  { method: "POST", path: "/action", run: act },
  {
    method: "GET",
    path: "/action",
    run: (_world, _demand, { body }) => ({
      status: 200,
      body: { actions: body.state === "running" ? ["poweroff", "terminate", "reboot"] : ["poweron"] },
    }),
  },
  {
    method: "GET",
    path: "/compatible-types",
    run: (_world, _demand, { body }) => ({ status: 200, body: { compatible_types: [body.commercial_type] } }),
  },
  {
    method: "GET",
    path: "/user_data",
    run: (_world, _demand, { hidden }) => ({
      status: 200,
      body: { user_data: Object.keys(hidden.userData ?? {}).sort() },
    }),
  },
  {
    method: "GET",
    path: "/user_data/:key",
    run: (_world, demand, { hidden }) => {
      const value = hidden.userData?.[key(demand)];
      if (value === undefined) throw notFound("user_data", key(demand));
      return { status: 200, body: value };
    },
  },
  {
    method: "PATCH",
    path: "/user_data/:key",
    run: (world, demand, server) => {
      server.hidden.userData = { ...server.hidden.userData, [key(demand)]: demand.text };
      world.keep(server);
      return { status: 204 };
    },
  },
  {
    method: "DELETE",
    path: "/user_data/:key",
    run: (world, demand, server) => {
      const { [key(demand)]: _removed, ...kept } = server.hidden.userData ?? {};
      server.hidden.userData = kept;
      world.keep(server);
      return { status: 204 };
    },
  },
];
