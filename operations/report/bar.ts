/** A quantity against its limit, as a small drawing with its words beside it. */
import { decimal } from "./format.ts";
import { type Markup, markup } from "./markup.ts";

/** `limit` unknown: the quantity alone. The drawing is hidden from screen readers, which have the words. */
export function bar(used: number, limit: number | undefined, unit: string): Markup {
  if (limit === undefined)
    return markup`<span class="quantity">${decimal(used)} ${unit}, limit not known</span>`;
  const width = limit === 0 ? 0 : Math.min(100, Math.round((used / limit) * 1000) / 10);
  return markup`<span class="quantity"><svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" width="100" height="8" rx="2"/><rect class="${used > limit ? "over" : "fill"}" width="${width}" height="8" rx="2"/></svg><span>${decimal(used)} / ${decimal(limit)} ${unit}</span></span>`;
}
