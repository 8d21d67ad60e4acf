import type { Cassette, Exchange } from "../../../local/conformance/exchange.ts";

const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** Another id for each, the same for the same: its digits turned by one. */
function otherId(recorded: string): string {
  return recorded.replace(/[0-9a-f]/gi, (digit) => ((Number.parseInt(digit, 16) + 1) % 16).toString(16));
}

/** Names that a test gave to what it makes: said by a request that makes something. */
function givenNames(exchanges: readonly Exchange[]): string[] {
  const names = exchanges
    .filter(({ method }) => method === "POST")
    .flatMap(({ body }) => [...body.matchAll(/^\{"name":"((?:tf|test|tf-tests)[-_][\w-]+)"/g)])
    .map((match) => match[1] as string);
  return [...new Set(names)].sort((a, b) => b.length - a.length);
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed).reverse();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, reversed(item)] as const)
      .reverse(),
  );
}

function reorder(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(reversed(JSON.parse(text)));
  } catch {
    return text;
  }
}

/** The same recording with other ids and names, and every list and object of its answers the other way round. */
export function permuted({ name, exchanges }: Cassette): Cassette {
  const names = givenNames(exchanges);
  const rename = (text: string) =>
    names
      .reduce((result, given) => result.replaceAll(given, `other${given.slice(0, -1)}z`), text)
      .replace(id, otherId);
  return {
    name,
    exchanges: exchanges.map((exchange) => ({
      ...exchange,
      url: rename(exchange.url),
      body: rename(exchange.body),
      answer: reorder(rename(exchange.answer)),
    })),
  };
}
