import { Project } from "../../toolchain/project.ts";
import { type Bench, organizationId, projectId, secretKey, startBench } from "../harness.ts";

/** What the real engine and the real provider made of a program and of the same program changed. */
export interface Verdict {
  /** Steps of a preview after the first `up`: none where every answer is read back as it was written. */
  readonly secondPreview: readonly string[];
  /** Drift that a refresh finds right after an `up`; "" for none. */
  readonly drift: string;
  /** Steps that the changed program previews. */
  readonly change: readonly string[];
  readonly previewAfterChange: readonly string[];
  /** Kinds of resources left after the destruction, with their number. */
  readonly left: Readonly<Record<string, number>>;
  /** Calls that were refused, as `status method path`; 404s are how the provider sees that something went. */
  readonly refused: readonly string[];
}

const imports = [
  ["account", "account"],
  ["block", "block"],
  ["domain", "domain"],
  ["edgeservices", "edge"],
  ["elasticmetal", "metal"],
  ["iam", "iam"],
  ["instance", "instance"],
  ["ipam", "ipam"],
  ["loadbalancers", "lb"],
  ["network", "network"],
  ["redis", "redis"],
  ["secrets", "secrets"],
] as const;

/** A program that uses the modules it names as `metal.`, `lb.` and so on. */
function program(body: string): string {
  const lines = imports
    .filter(([, name]) => body.includes(`${name}.`))
    .map(([module, name]) => `import * as ${name} from "@pulumiverse/scaleway/${module}/index.js";`);
  return [...lines, body].join("\n");
}

/** Runs up, preview, refresh, a changed up, preview and destroy of a program against a simulator of its own. */
export async function judge(first: string, changed: string): Promise<Verdict> {
  const bench: Bench = await startBench({ quotas: { "bareMetal/*": 5, "instances/*": 5 } });
  const project = await Project.create(["@pulumiverse/scaleway", "@pulumi/pulumi"]);
  Object.assign(project.environment, {
    SCW_API_URL: bench.simulator.url,
    SCW_ACCESS_KEY: "SCWXXXXXXXXXXXXXXXXX",
    SCW_SECRET_KEY: secretKey,
    SCW_DEFAULT_PROJECT_ID: projectId,
    SCW_DEFAULT_ORGANIZATION_ID: organizationId,
    SCW_DEFAULT_REGION: "fr-par",
    SCW_DEFAULT_ZONE: "fr-par-1",
  });
  try {
    project.write(program(first));
    await project.up();
    const secondPreview = await project.preview();
    const refresh = await project.start([
      "refresh",
      "--yes",
      "--skip-preview",
      "--expect-no-changes",
      "--stack",
      "tried.one",
    ]);
    const drift = refresh.exitCode === 0 ? "" : (refresh.all ?? "");
    project.write(program(changed));
    const change = await project.preview();
    await project.up();
    const previewAfterChange = await project.preview();
    await project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "tried.one"]);
    const status = await bench.control("GET", "status");
    const refused = bench.simulator.log
      .list()
      .filter((entry) => entry.type === "call")
      .filter(
        (entry) =>
          entry.status >= 400 &&
          entry.status !== 404 &&
          !(entry.status === 403 && entry.path.includes("/fips/")),
      )
      .map((entry) => `${entry.status} ${entry.method} ${entry.path}`);
    return { secondPreview, drift, change, previewAfterChange, left: status.body.resources, refused };
  } finally {
    project.remove();
    await bench.stop();
  }
}

/** What a destruction leaves: the organisation's own project. */
export const nothingLeft = { "account.project": 1 };
