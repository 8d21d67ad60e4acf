import { readFileSync } from "node:fs";
import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import { cacheFolder, findCached } from "../../../local/toolchain/cache.ts";
import { readTokens, tokenFile, tokenText } from "../../../local/toolchain/generate-tokens.ts";
import { ensureToolchain } from "../../../local/toolchain/index.ts";
import { type Piece, pieces } from "../../../local/toolchain/pieces.ts";
import { functionShapes, resourceShapes, type Shape, type Shapes } from "./sdk-shapes.ts";

interface Property extends Shape {
  readonly input: boolean;
}
interface Entry {
  readonly terraform: string;
  readonly properties: Readonly<Record<string, Property>>;
}
interface Schema {
  readonly resources: Readonly<Record<string, Entry>>;
  readonly functions: Readonly<Record<string, Entry>>;
}

/** What the stacks are made of. */
const used = {
  resources: [
    "account/project:Project",
    "block/volume:Volume",
    "databases/instance:Instance",
    "domain/record:Record",
    "domain/zone:Zone",
    "edgeservices/backendStage:BackendStage",
    "edgeservices/cacheStage:CacheStage",
    "edgeservices/dnsStage:DnsStage",
    "edgeservices/headStage:HeadStage",
    "edgeservices/pipeline:Pipeline",
    "edgeservices/plan:Plan",
    "edgeservices/routeStage:RouteStage",
    "edgeservices/tlsStage:TlsStage",
    "edgeservices/wafStage:WafStage",
    "elasticmetal/ip:Ip",
    "elasticmetal/server:Server",
    "iam/apiKey:ApiKey",
    "iam/application:Application",
    "iam/group:Group",
    "iam/policy:Policy",
    "iam/sshKey:SshKey",
    "instance/ip:Ip",
    "instance/placementGroup:PlacementGroup",
    "instance/privateNic:PrivateNic",
    "instance/securityGroup:SecurityGroup",
    "instance/securityGroupRules:SecurityGroupRules",
    "instance/server:Server",
    "ipam/ip:Ip",
    "loadbalancers/acl:Acl",
    "loadbalancers/backend:Backend",
    "loadbalancers/certificate:Certificate",
    "loadbalancers/frontend:Frontend",
    "loadbalancers/ip:Ip",
    "loadbalancers/loadBalancer:LoadBalancer",
    "loadbalancers/privateNetwork:PrivateNetwork",
    "loadbalancers/route:Route",
    "network/acl:Acl",
    "network/gatewayNetwork:GatewayNetwork",
    "network/privateNetwork:PrivateNetwork",
    "network/publicGateway:PublicGateway",
    "network/publicGatewayIp:PublicGatewayIp",
    "network/route:Route",
    "network/vpc:Vpc",
    "object/bucket:Bucket",
    "object/bucketPolicy:BucketPolicy",
    "redis/cluster:Cluster",
    "secrets/secret:Secret",
    "secrets/version:Version",
  ],
  functions: [
    "elasticmetal/getOffer:getOffer",
    "elasticmetal/getOption:getOption",
    "elasticmetal/getOs:getOs",
    "instance/getImage:getImage",
  ],
};

/** Properties of the npm package 1.54.0 that Scaleway's Terraform provider 2.80.0 does not have (2026-11-22). */
const absent: ReadonlySet<string> = new Set([
  "scaleway:loadbalancers/getBackend:getBackend healthCheckHttp.sni",
  "scaleway:loadbalancers/getBackends:getBackends backends.healthCheckHttp.sni",
]);

/** `path: type` of each property, nested ones too, so that a difference names its place. `id` is every resource's own. */
function flatten(shapes: Shapes, prefix = ""): readonly string[] {
  return Object.entries(shapes)
    .filter(([name]) => prefix !== "" || name !== "id")
    .flatMap(([name, shape]) => [
      `${prefix}${name}: ${shape.type}`,
      ...flatten(shape.properties ?? {}, `${prefix}${name}.`),
    ]);
}

function differences(
  token: string,
  entry: Entry,
  npm: { readonly inputs: Shapes; readonly outputs: Shapes },
): readonly string[] {
  const ours = new Set(flatten(entry.properties));
  const theirs = new Set(flatten(npm.outputs));
  const inputs = new Set(Object.keys(entry.properties).filter((name) => entry.properties[name]?.input));
  const wanted = new Set(Object.keys(npm.inputs));
  return [
    ...[...ours].filter((line) => !theirs.has(line)).map((line) => `${token}: only the provider has ${line}`),
    ...[...theirs]
      .filter((line) => !ours.has(line) && !absent.has(`${token} ${line.split(":")[0]}`))
      .map((line) => `${token}: only npm has ${line}`),
    ...[...inputs, ...wanted]
      .filter((name) => inputs.has(name) !== wanted.has(name))
      .map((name) => `${token}: ${name} is an input of one only`),
  ];
}

function version(name: Piece["name"]): string | undefined {
  return pieces.find((piece) => piece.name === name)?.version;
}

describe("the token map", () => {
  it("is what the installed npm package gives", () => {
    expect(readFileSync(tokenFile, "utf8")).toBe(tokenText(readTokens()));
  });

  it("has the versions of package.json", () => {
    const manifest = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
    expect({
      pulumi: version("pulumi"),
      scaleway: version("scaleway"),
      random: version("random"),
      command: version("command"),
    }).toEqual({
      pulumi: manifest.dependencies["@pulumi/pulumi"],
      scaleway: manifest.dependencies["@pulumiverse/scaleway"],
      random: manifest.dependencies["@pulumi/random"],
      command: manifest.dependencies["@pulumi/command"],
    });
    expect(readTokens().version).toBe(version("scaleway"));
  });
});

describe("the bridged Scaleway provider", () => {
  let schema: Schema;

  beforeAll(async () => {
    await ensureToolchain();
    const piece = pieces.find(({ name }) => name === "scaleway") as Piece;
    const binary = findCached(piece, cacheFolder(process.env)) as string;
    schema = JSON.parse((await execa(binary, ["-get-schema"], { maxBuffer: 1e8 })).stdout);
  }, 1_800_000);

  it("serves every class and function of the npm package that is not deprecated", () => {
    const { resources, functions } = readTokens();
    expect(Object.keys(schema.resources).sort()).toEqual(Object.values(resources).sort());
    expect(Object.keys(schema.functions).sort()).toEqual(Object.values(functions).sort());
    expect(Object.keys(schema.resources)).toEqual(
      expect.arrayContaining(used.resources.map((token) => `scaleway:${token}`)),
    );
    expect(Object.keys(schema.functions)).toEqual(
      expect.arrayContaining(used.functions.map((token) => `scaleway:${token}`)),
    );
  });

  it("has the properties of the npm package, names and types, nested ones too", () => {
    const found = [
      ...Object.entries(schema.resources).flatMap(([token, entry]) =>
        differences(token, entry, resourceShapes(token)),
      ),
      ...Object.entries(schema.functions).flatMap(([token, entry]) =>
        differences(token, entry, functionShapes(token)),
      ),
    ];
    expect(found).toEqual([]);
  });

  it("tells a difference", () => {
    const token = "scaleway:network/vpc:Vpc";
    const { inputs, outputs } = resourceShapes(token);
    const other = { inputs, outputs: { ...outputs, tags: { type: "string" } } };
    expect(differences(token, schema.resources[token] as Entry, other)).toEqual([
      `${token}: only the provider has tags: string[]`,
      `${token}: only npm has tags: string`,
    ]);
  });
});
