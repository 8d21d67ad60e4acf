import type { Service } from "../core/kind.ts";
import { account } from "./account.ts";
import { baremetal } from "./baremetal.ts";
import { block } from "./block.ts";
import { cockpit } from "./cockpit.ts";
import { domain } from "./domain.ts";
import { edge } from "./edge.ts";
import { flexibleIp } from "./flexible-ip.ts";
import { iam } from "./iam.ts";
import { instance } from "./instance.ts";
import { ipam } from "./ipam.ts";
import { k8s } from "./k8s.ts";
import { keyManager } from "./key-manager.ts";
import { lb } from "./lb.ts";
import { rdb } from "./rdb.ts";
import { redis } from "./redis.ts";
import { s2sVpn } from "./s2s-vpn.ts";
import { secretManager } from "./secret.ts";
import { tem } from "./tem.ts";
import { vpcService } from "./vpc.ts";
import { vpcGateway } from "./vpc-gw.ts";

/** `GET /metadata`: newer SDKs ask it to write resource names. */
const metadata: Service = {
  kinds: [],
  calls: [
    {
      method: "GET",
      path: "/metadata",
      run: () => ({ status: 200, body: { domain: "scw.eu", partition: "scw", platform: "external" } }),
    },
  ],
};

/** All services: adding one is adding its table here. */
export const services: readonly Service[] = [
  account,
  iam,
  vpcService,
  ipam,
  instance,
  block,
  baremetal,
  flexibleIp,
  lb,
  vpcGateway,
  domain,
  edge,
  secretManager,
  rdb,
  redis,
  k8s,
  keyManager,
  cockpit,
  tem,
  s2sVpn,
  metadata,
];
