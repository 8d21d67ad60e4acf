import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";

/** A property of the npm package, in the notation of the provider's `-get-schema`. */
export interface Shape {
  readonly type: string;
  readonly properties?: Readonly<Record<string, Shape>>;
}
export type Shapes = Readonly<Record<string, Shape>>;

const root = dirname(createRequire(import.meta.url).resolve("@pulumiverse/scaleway/package.json"));

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, false);
}

/** `network.PrivateNetworkIpv4Subnet` → its interface, of types/input.d.ts or types/output.d.ts. */
function collect(file: string): Map<string, ts.InterfaceDeclaration> {
  const found = new Map<string, ts.InterfaceDeclaration>();
  const visit = (node: ts.Node, prefix: string): void => {
    if (ts.isInterfaceDeclaration(node)) found.set(prefix + node.name.text, node);
    else if (ts.isModuleDeclaration(node))
      ts.forEachChild(node.body as ts.Node, (child) => visit(child, `${prefix}${node.name.text}.`));
    else ts.forEachChild(node, (child) => visit(child, prefix));
  };
  visit(parse(file), "");
  return found;
}

let nested: Readonly<Record<string, Map<string, ts.InterfaceDeclaration>>> | undefined;

function nestedInterface(name: string): ts.InterfaceDeclaration {
  nested ??= { inputs: collect("types/input.d.ts"), outputs: collect("types/output.d.ts") };
  const separator = name.indexOf(".");
  const found = nested[name.slice(0, separator)]?.get(name.slice(separator + 1));
  if (found === undefined) throw new Error(`${name} is not in @pulumiverse/scaleway/types`);
  return found;
}

function nameOf(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : `${nameOf(name.left)}.${name.right.text}`;
}

function shapeOf(node: ts.TypeNode): Shape {
  if (ts.isUnionTypeNode(node)) {
    const members = node.types.filter((type) => type.kind !== ts.SyntaxKind.UndefinedKeyword);
    if (members.length !== 1) return { type: "any" };
    return shapeOf(members[0] as ts.TypeNode);
  }
  if (ts.isArrayTypeNode(node)) {
    const element = shapeOf(node.elementType);
    return { ...element, type: `${element.type}[]` };
  }
  if (ts.isTypeReferenceNode(node)) {
    const name = nameOf(node.typeName);
    if (/^pulumi\.(Input|Output)$/.test(name)) return shapeOf(node.typeArguments?.[0] as ts.TypeNode);
    return { type: "object", properties: members(nestedInterface(name)) };
  }
  if (ts.isTypeLiteralNode(node)) {
    const [index] = node.members;
    if (index !== undefined && ts.isIndexSignatureDeclaration(index))
      return { type: `{${shapeOf(index.type).type}}` };
  }
  return {
    type:
      {
        [ts.SyntaxKind.StringKeyword]: "string",
        [ts.SyntaxKind.NumberKeyword]: "number",
        [ts.SyntaxKind.BooleanKeyword]: "boolean",
      }[node.kind as number] ?? "any",
  };
}

function members(declaration: ts.InterfaceDeclaration | ts.ClassDeclaration): Shapes {
  const shapes: Record<string, Shape> = {};
  for (const member of declaration.members) {
    const property = ts.isPropertySignature(member) || ts.isPropertyDeclaration(member);
    if (!property || member.type === undefined || !ts.isIdentifier(member.name)) continue;
    if (
      ts.isPropertyDeclaration(member) &&
      member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)
    )
      continue;
    shapes[member.name.text] = shapeOf(member.type);
  }
  return shapes;
}

function declarations(token: string): {
  readonly name: string;
  readonly find: (name: string) => Shapes | undefined;
} {
  const [, path = "", name = ""] = token.split(":");
  const file = `${path.replace(/^index\//, "")}.d.ts`;
  if (!existsSync(join(root, file))) throw new Error(`${token}: no ${file}`);
  const { statements } = parse(file);
  return {
    name,
    find: (wanted) => {
      const found = statements.find(
        (node): node is ts.InterfaceDeclaration | ts.ClassDeclaration =>
          (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) && node.name?.text === wanted,
      );
      return found === undefined ? undefined : members(found);
    },
  };
}

/** What a resource class takes and gives. */
export function resourceShapes(token: string): { readonly inputs: Shapes; readonly outputs: Shapes } {
  const { name, find } = declarations(token);
  return { inputs: find(`${name}Args`) ?? {}, outputs: find(name) ?? {} };
}

/** What a function takes and gives. */
export function functionShapes(token: string): { readonly inputs: Shapes; readonly outputs: Shapes } {
  const { name, find } = declarations(token);
  const base = name.replace(/^./, (letter) => letter.toUpperCase());
  return { inputs: find(`${base}Args`) ?? {}, outputs: find(`${base}Result`) ?? {} };
}
