/** One YAML file of an estate: its value, and the place in the text of everything in it. */
import type { Document, Node, Pair, YAMLError } from "yaml";
import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { ProblemCode } from "./codes.ts";
import type { Path, Position, Problem } from "./problems.ts";
import { problemOf } from "./problems.ts";

/** A file that was read. `value` is plain data without prototype tricks; `locate` never fails: it gives the nearest place that exists. */
export interface Source {
  readonly file: string;
  readonly value: unknown;
  /** Where the value at `path` starts, or its key (`on: "key"`). */
  locate(path: Path, on?: "key" | "value"): Position;
}

/** Reads one file. Everything wrong with its YAML is reported at once; a file with a problem has no value. */
export function readSource(
  file: string,
  text: string,
): { readonly source?: Source; readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const report = (code: ProblemCode, offset: number, got: unknown) =>
    problemOf(code, place(offset), [], { got });

  let document: Document.Parsed;
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      version: "1.2",
      schema: "core",
      uniqueKeys: true,
    });
  } catch (thrown) {
    // The YAML reader goes down one call a level: thousands of nested brackets exhaust the stack.
    return { problems: [report("YAML-001", 0, thrown instanceof Error ? thrown.message : thrown)] };
  }
  const problems = [
    ...withoutEchoes(document.errors).map((error) =>
      report(codeOfYaml(error), error.pos[0], gotOfYaml(error, text)),
    ),
    ...indirections(document, text).map(({ offset, got }) => report("YAML-004", offset, got)),
  ];
  if (problems.length > 0) return { problems };
  const source: Source = {
    file,
    value: document.toJS(),
    locate: (path, on = "value") => place(offsetOf(document.contents, path, on)),
  };
  return { source, problems };
}

/** One slip of syntax makes the reader stumble over all that follows it: only the first is the writer's. */
function withoutEchoes(errors: readonly YAMLError[]): readonly YAMLError[] {
  const first = errors.find((error) => codeOfYaml(error) === "YAML-001");
  return errors.filter((error) => error === first || codeOfYaml(error) !== "YAML-001");
}

function codeOfYaml(error: YAMLError): ProblemCode {
  if (error.code === "DUPLICATE_KEY") return "YAML-002";
  if (error.code === "MULTIPLE_DOCS") return "YAML-003";
  return "YAML-001";
}

function gotOfYaml(error: YAMLError, text: string): string {
  if (error.code === "DUPLICATE_KEY") return text.slice(error.pos[0]).split(/[:\n]/, 1)[0] ?? "";
  return error.code === "MULTIPLE_DOCS" ? "---" : error.message;
}

/** Anchors, aliases, tags, merges and keys that are not plain text: each makes a reader look elsewhere for what an entity is. */
function indirections(
  document: Document.Parsed,
  text: string,
): { readonly offset: number; readonly got: string }[] {
  const found: { offset: number; got: string }[] = [];
  const start = (node: Node) => node.range?.[0] ?? 0;
  visit(document, {
    Alias: (_, node) => void found.push({ offset: start(node), got: `*${node.source}` }),
    Node: (_, node) => {
      const anchor = "anchor" in node ? node.anchor : undefined;
      if (anchor === undefined && node.tag === undefined) return;
      // A node's range starts after its anchor and tag.
      const marks = /(?:[&!]\S*\s+)+$/.exec(text.slice(0, start(node)));
      found.push({
        offset: marks?.index ?? start(node),
        got: marks?.[0].trim() ?? anchor ?? String(node.tag),
      });
    },
    Pair: (_, pair) => {
      const key = pair.key;
      if (isScalar(key) && isPlainKey(key.value)) return;
      found.push({ offset: isNode(key) ? start(key) : 0, got: String(key) });
    },
  });
  return found;
}

function isPlainKey(key: unknown): boolean {
  return (typeof key === "string" && key !== "<<" && key !== "__proto__") || typeof key === "number";
}

/** Goes down the tree as far as `path` exists; what is missing is placed at what should hold it. */
function offsetOf(root: Node | null, path: Path, on: "key" | "value"): number {
  let node: Node | null | undefined = root;
  let offset = startOf(root, 0);
  for (const [depth, step] of path.entries()) {
    const last = depth === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find((item) => keyOf(item) === String(step));
      if (pair === undefined) return offset;
      const key = startOf(pair.key as Node | null, offset);
      node = pair.value as Node | null;
      offset = last && on === "key" ? key : startOf(node, key);
    } else if (isSeq(node) && typeof step === "number") {
      node = node.items[step] as Node | undefined;
      if (node === undefined) return offset;
      offset = startOf(node, offset);
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: Node | Pair | null | undefined, otherwise: number): number {
  if (node === null || node === undefined || isPair(node)) return otherwise;
  return node.range?.[0] ?? otherwise;
}

function keyOf(pair: Pair): string | undefined {
  return isScalar(pair.key) ? String(pair.key.value) : undefined;
}
