/** A name that clients keep for an hour, checked with itself to fall back on. */
import { Record as DnsRecord } from "@pulumiverse/scaleway/domain/record.js";

export const caughtBy = ["record-ttl-short", "checked-record-has-fallback"];

export function program(): void {
  new DnsRecord("www", {
    dnsZone: "town.example",
    name: "www",
    type: "A",
    data: "192.0.2.1",
    httpService: {
      ips: ["192.0.2.1"],
      mustContain: "ok",
      url: "https://www.town.example/health",
      strategy: "random",
    },
  });
}
