/** Text as it fits a terminal: long lines go on below, further in; verdicts have colours. Elsewhere it stays as it is. */

export interface Terminal {
  readonly columns: number;
  readonly colour: boolean;
}

/** Verdicts are capitals at the end of a line, or alone at its start. */
const good = /\b(HOLDS|ALLOWED|NOTHING CHANGES|APPROVED|CLEAN)\b/;
const bad = /\b(DOES NOT HOLD|DENIED|NO ROUTE|UNDETERMINED|NOT APPROVED|FOUND)\b/;

/** `undefined`: no terminal. */
export function forTerminal(text: string, terminal: Terminal | undefined): string {
  if (terminal === undefined) return text;
  const width = Math.max(terminal.columns, 40);
  const lines = text.split("\n").flatMap((line) => wrapped(line, width));
  return terminal.colour ? lines.map(coloured).join("\n") : lines.join("\n");
}

/** A line as several, none longer than `width` unless a single word is. */
export function wrapped(line: string, width: number): readonly string[] {
  if (line.length <= width) return [line];
  const indent = /^ */.exec(line)?.[0] ?? "";
  const further = `${indent}    `;
  const lines: string[] = [];
  let current = indent;
  for (const word of line.slice(indent.length).split(" ")) {
    const isFirst = current.trim() === "";
    if (!isFirst && current.length + 1 + word.length > width) {
      lines.push(current.trimEnd());
      current = further + word;
    } else {
      current += isFirst ? word : ` ${word}`;
    }
  }
  return [...lines, current];
}

function coloured(line: string): string {
  if (bad.test(line)) return line.replace(bad, "\u001b[31m$1\u001b[0m");
  return line.replace(good, "\u001b[32m$1\u001b[0m");
}

export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** The first few, and how many more there are. */
export function few(items: readonly string[], most: number): string {
  const more = items.length - most;
  return more > 0 ? `${items.slice(0, most).join(", ")} and ${more} more` : items.join(", ");
}

/** Columns aligned by spaces, indented. */
export function table(rows: readonly (readonly string[])[], indent = "  "): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    `${indent}${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
}
