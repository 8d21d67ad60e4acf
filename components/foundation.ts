/**
 * What the stack `foundation` made, as the components of other stacks look it up by the plan's keys. Values are plain strings:
 * a stack reads its contract before it lays anything out, so previews show real addresses and ids.
 */
export interface Foundation {
  /** Regional id, `fr-par/<uuid>`. */
  privateNetworkId(key: string): string;
  /** Regional id of an address booked in IPAM. */
  reservationId(key: string): string;
  /** Zonal id and IPv4 of a public address. */
  publicAddress(key: string): { readonly id: string; readonly address: string };
  /** Ids of every key that may open a session on a server. */
  sshKeyIds(): readonly string[];
}

/**
 * `on`: stateful resources refuse deletion, in Pulumi (`protect`) and where the API has a lock of its own (`protected`); set `off`
 * and run `up` first to destroy them. `off`: for estates that are thrown away.
 */
export type Protection = "on" | "off";

/** Fills every `{{address:KEY}}` of a text with the public IPv4 of that key. */
export function fillAddresses(text: string, foundation: Pick<Foundation, "publicAddress">): string {
  return text.replaceAll(
    /\{\{address:([^{}]+)\}\}/g,
    (_, key: string) => foundation.publicAddress(key).address,
  );
}
