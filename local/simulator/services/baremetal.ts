import type { Service } from "../core/kind.ts";
import { metalCalls } from "./baremetal-catalogue.ts";
import { metalAttachment, metalNetworkCalls } from "./baremetal-networks.ts";
import { metalServer } from "./baremetal-server.ts";

export const baremetal: Service = {
  kinds: [metalServer, metalAttachment],
  calls: [...metalCalls, ...metalNetworkCalls],
};
