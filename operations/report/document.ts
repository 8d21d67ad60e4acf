/** A page as one file that needs nothing else: its style and scripts in it, and a policy that lets nothing else run or be fetched. */
import { createHash } from "node:crypto";
import { type Markup, markup, trusted } from "./markup.ts";

export interface PageParts {
  readonly title: string;
  readonly style: string;
  /** Each a module of its own, run when the body is there. */
  readonly scripts: readonly string[];
  readonly body: Markup;
}

/**
 * The same bytes for the same parts. The content policy lets the page's own style and scripts run and nothing else: even a text that got
 * through unescaped could fetch or run nothing.
 */
export function wholePage({ title, style, scripts, body }: PageParts): string {
  const own = scripts.map((script) => `'${digest(script)}'`).join(" ");
  const policy = `default-src 'none'; img-src data:; style-src '${digest(style)}'; script-src ${own}; base-uri 'none'; form-action 'none'`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
${body}
${scripts.map((script) => markup`<script type="module">${trusted(script)}</script>\n`)}</body>
</html>
`;
  return page.toString();
}

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
