/** Lays out a Pulumi program against mocks and returns every resource that it asked for, with the options mocks do not show. */
import * as pulumi from "@pulumi/pulumi";

/** A resource as the engine would have been asked for it. */
export interface LaidOut {
  readonly type: string;
  readonly name: string;
  /** Secrets as they travel; see {@link isSecret} and {@link reveal}. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly urn: string;
  /** Logical name of the parent; the stack's own children have none. */
  readonly parent: string | undefined;
  /** Logical names of what it depends on, sorted. */
  readonly dependencies: readonly string[];
  /** What the mocks answered, and the same links by URN: a resource as the engine would keep it in a state. */
  readonly state: {
    readonly id: string;
    readonly outputs: Readonly<Record<string, unknown>>;
    readonly parent: string;
    readonly dependencies: readonly string[];
    readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  };
  readonly options: {
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly deleteBeforeReplace: boolean;
    readonly ignoreChanges: readonly string[];
    readonly replaceWith: readonly string[];
  };
}

export interface LayOutOptions {
  readonly stack?: string;
  readonly mode?: "preview" | "update";
  /** Outputs of other stacks, by full name; a stack that is not here was never initialised. */
  readonly stacks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly config?: Readonly<Record<string, string>>;
}

export interface Layout<Result> {
  readonly result: Result;
  /** In the order of registration. */
  readonly resources: readonly LaidOut[];
  /** The one provider's resource of this logical name and type (its last part, e.g. `Server`). Throws when it is not one. */
  readonly the: (name: string, type: string) => LaidOut;
  readonly ofType: (type: string) => readonly LaidOut[];
}

const secretMarker = "4dabf18193072939515e22adb298388d";

/** Runs `program` and waits until every resource that it made is registered. */
export async function layOut<Result>(
  program: () => Result | Promise<Result>,
  options: LayOutOptions = {},
): Promise<Layout<Result>> {
  const resources: LaidOut[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => ({
        id: args.custom === false ? "" : idOf(args),
        state: { ...args.inputs, ...computed(args) },
      }),
      call: ({ token, inputs }) => answer(token, inputs, options),
    },
    "archipel",
    options.stack ?? "small.foundation",
    options.mode === "preview",
    "organization",
  );
  pulumi.runtime.setAllConfig({ ...options.config });
  recordRegistrations(resources);
  const result = await program();
  // Awaiting outputs would resolve as soon as the first registrations do; this waits for all of them.
  await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
  const ofType = (type: string) =>
    resources.filter((one) => !one.type.startsWith("archipel:") && one.type.split(":").at(-1) === type);
  return {
    result,
    resources,
    ofType,
    the: (name, type) => {
      const found = ofType(type).filter((resource) => resource.name === name);
      const [only] = found;
      if (only === undefined || found.length > 1) {
        throw new Error(
          `${found.length} resources are a ${type} named ${name}; there are ${ofType(type).map((one) => one.name)}`,
        );
      }
      return only;
    },
  };
}

/** The plain value of an output, once known. */
export function known<Value>(value: pulumi.Input<Value>): Promise<pulumi.Unwrap<Value>> {
  return new Promise((resolve) => {
    pulumi.output(value).apply(resolve);
  });
}

export function isSecret(value: unknown): value is { readonly value: unknown } {
  return typeof value === "object" && value !== null && secretMarker in value;
}

/** The text of a secret input, for assertions on what is inside. */
export function reveal(value: unknown): Readonly<Record<string, unknown>> {
  if (!isSecret(value)) throw new Error("this input is not a secret");
  return value.value as Readonly<Record<string, unknown>>;
}

interface Registration {
  getType(): string;
  getName(): string;
  getParent(): string;
  getDependenciesList(): string[];
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getReplaceWithList(): string[];
  getObject(): Fields;
  getPropertydependenciesMap(): {
    forEach(call: (value: { getUrnsList(): string[] }, key: string) => void): void;
  };
}

interface Fields {
  toJavaScript(): Record<string, unknown>;
}

interface Answer {
  getUrn(): string;
  getId(): string;
  getObject(): Fields | undefined;
}

interface Monitor {
  registerResource(request: Registration, callback: (error: unknown, answer: Answer) => void): unknown;
}

/** Mocks see type, name and inputs only: dependencies and options are read where they pass, on their way to the monitor. */
function recordRegistrations(resources: LaidOut[]): void {
  const monitor = (pulumi.runtime as unknown as { getMonitor(): Monitor }).getMonitor();
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, answered) => {
      if (!error) {
        resources.push({
          type: request.getType(),
          name: request.getName(),
          inputs: request.getObject().toJavaScript(),
          urn: answered.getUrn(),
          parent: nameOf(request.getParent()),
          dependencies: request
            .getDependenciesList()
            .map((urn) => nameOf(urn) ?? urn)
            .sort(),
          state: {
            id: answered.getId(),
            outputs: answered.getObject()?.toJavaScript() ?? {},
            parent: request.getParent(),
            dependencies: request.getDependenciesList(),
            propertyDependencies: propertyDependenciesOf(request),
          },
          options: {
            protect: request.getProtect(),
            retainOnDelete: request.getRetainondelete(),
            deleteBeforeReplace: request.getDeletebeforereplace(),
            ignoreChanges: request.getIgnorechangesList(),
            replaceWith: request.getReplaceWithList().map((urn) => nameOf(urn) ?? urn),
          },
        });
      }
      callback(error, answered);
    });
}

function propertyDependenciesOf(request: Registration): Record<string, readonly string[]> {
  const found: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((value, key) => {
    found[key] = value.getUrnsList();
  });
  return found;
}

function nameOf(urn: string): string | undefined {
  return urn === "" || urn.includes("pulumi:pulumi:Stack::") ? undefined : urn.split("::").at(-1);
}

function idOf({ type, name, inputs }: pulumi.runtime.MockResourceArgs): string {
  // A DNS zone's id is its name.
  if (type === "scaleway:domain/zone:Zone") return inputs.domain;
  const place = inputs.zone ?? inputs.region;
  return place === undefined ? `id-of-${name}` : `${place}/id-of-${name}`;
}

/** What the provider would compute and components read. */
function computed({ type, name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  switch (type.split(":").at(-1)) {
    case "Vpc":
      return { projectId: "the-project" };
    case "PrivateNic":
      return { macAddress: `mac-of-${name}` };
    case "Ip":
    case "PublicGatewayIp":
      return { address: inputs.address ?? `address-of-${name}`, ipAddress: `address-of-${name}` };
    case "Server":
      return {
        ipv4s: [{ address: `address-of-${name}` }],
        privateNetworks: (inputs.privateNetworks ?? []).map((attached: object, index: number) => ({
          ...attached,
          vlan: 1201 + index,
        })),
      };
    default:
      return {};
  }
}

function answer(
  token: string,
  inputs: Record<string, unknown>,
  options: LayOutOptions,
): Record<string, unknown> {
  if (token === "scaleway:elasticmetal/getOs:getOs")
    return { osId: `${inputs.zone}/${inputs.name} ${inputs.version}` };
  if (token === "scaleway:elasticmetal/getOffer:getOffer")
    return { offerId: `${inputs.zone}/${inputs.name}` };
  if (token === "pulumi:pulumi:readStackOutputs") {
    const outputs = options.stacks?.[String(inputs.name)];
    // As the engine's answer arrives: what is wrong is in the call's details.
    if (outputs === undefined)
      throw Object.assign(new Error("2 UNKNOWN"), { details: `unknown stack "${inputs.name}"` });
    return { name: inputs.name, outputs };
  }
  throw new Error(`no answer is written for ${token}`);
}
