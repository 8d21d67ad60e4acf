/** What a managed database or cluster shows as its certificate. */
import type { Action } from "../core/kind.ts";

/** Not one that proves anything: nothing answers at the address. */
export const certificate: Action<object, object> = {
  method: "GET",
  path: "/certificate",
  run: (_world, _demand, held) => ({
    status: 200,
    body: {
      name: "ssl_certificate",
      content_type: "application/x-pem-file",
      content: Buffer.from(`simulated certificate of ${held.id}\n`).toString("base64"),
    },
  }),
};
