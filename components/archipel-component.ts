import { ComponentResource, type ComponentResourceOptions, type CustomResourceOptions } from "@pulumi/pulumi";

/** Type token of a component: `archipel:<domain>:<Class>`. */
export type ComponentType = `archipel:${"network" | "servers" | "edge" | "identity" | "recovery"}:${string}`;

/**
 * Base of every component: one entity of the plan and the resources that make it.
 *
 * Logical names are identities: a component is named by its key in the plan, and a child's name starts with its parent's, so
 * that any resource of a preview can be traced to an entity by reading it. A child that breaks this is refused at once,
 * because renaming it later would replace it.
 */
export abstract class ArchipelComponent extends ComponentResource {
  readonly key: string;

  protected constructor(type: ComponentType, key: string, opts: ComponentResourceOptions = {}) {
    super(type, key, {}, { ...opts, transformations: [...(opts.transformations ?? []), startsWith(key)] });
    this.key = key;
  }

  /** Logical name of a child: the component's own, then the child's role. */
  protected child(role: string): string {
    return `${this.key}-${role}`;
  }

  /** Options of a child resource. */
  protected within(opts?: Omit<CustomResourceOptions, "parent">): CustomResourceOptions {
    return { ...opts, parent: this };
  }
}

function startsWith(key: string): NonNullable<ComponentResourceOptions["transformations"]>[number] {
  return ({ name, type }) => {
    if (!name.startsWith(key)) {
      throw new Error(
        `${type} is named ${name}; inside the component ${key} its name must start with ${key}`,
      );
    }
    return undefined;
  };
}
