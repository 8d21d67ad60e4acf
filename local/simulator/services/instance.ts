import type { Service } from "../core/kind.ts";
import { instanceAddress } from "./instance-addresses.ts";
import { catalogueCalls } from "./instance-catalogue.ts";
import { securityGroup } from "./instance-groups.ts";
import { image, imageCalls, localSnapshot } from "./instance-images.ts";
import { privateNic } from "./instance-nics.ts";
import { placementCalls, placementGroup } from "./instance-placement.ts";
import { server } from "./instance-server.ts";
import { localVolume } from "./instance-volumes.ts";

export const instance: Service = {
  kinds: [
    server,
    privateNic,
    instanceAddress,
    securityGroup,
    placementGroup,
    localVolume,
    localSnapshot,
    image,
  ],
  calls: [...catalogueCalls, ...placementCalls, ...imageCalls],
};
