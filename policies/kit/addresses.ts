/** Ranges of addresses, as rules name them. */
import ipaddr from "ipaddr.js";

/** Whether a range is the whole internet, in either family. Half of it and more is meant the same way. */
export function isEverywhere(range: string): boolean {
  const [address = "", length = ""] = range.trim().split("/");
  return length !== "" && Number(length) <= 1 && ipaddr.isValid(address);
}

/** Whether a range lies within a prefix; false for what is no address of the same family. */
export function liesIn(range: string, prefix: string): boolean {
  const [address = "", length] = range.split("/");
  if (!ipaddr.isValid(address)) return false;
  const [base, bits] = ipaddr.parseCIDR(prefix);
  const parsed = ipaddr.parse(address);
  const own = length === undefined ? (parsed.kind() === "ipv4" ? 32 : 128) : Number(length);
  return parsed.kind() === base.kind() && own >= bits && parsed.match(base, bits);
}
