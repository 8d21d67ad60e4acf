/** Operators that change one machine. */
import type { Node } from "../../../../model/proof/network.ts";
import type { Random } from "../oracle/random.ts";
import type { Base, Operator } from "./base.ts";
import type { Edit } from "./edit.ts";

export const fleet = (base: Base, kind: Node["kind"]): readonly Node[] =>
  base.network.nodes.filter((node) => node.kind === kind && node.role === "fleet");

/** Something done to one machine of those chosen; undefined where there is nothing to do. */
export function simple(
  name: string,
  choose: (base: Base) => readonly Node[],
  change: (edit: Edit, node: Node, base: Base, random: Random) => string | undefined,
  equivalent?: string,
): Operator {
  return {
    name,
    ...(equivalent === undefined ? {} : { equivalent }),
    make: (base, random) => {
      const node = random.pick(choose(base));
      const edit = base.edit();
      const what = change(edit, node, base, random);
      return what === undefined ? undefined : { where: `${node.key} ${what}`.trim(), edit };
    },
  };
}
