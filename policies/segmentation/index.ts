/** The pack `segmentation`: one infected application cannot contaminate another. One policy a file. */
import { PolicyPack } from "@pulumi/policy";
import { explicitZone } from "./explicit-zone.ts";
import { firewallRulesWithinIntents } from "./firewall-rules-within-intents.ts";
import { loadBalancerOneLeg } from "./load-balancer-one-leg.ts";
import { nothingPublic } from "./nothing-public.ts";
import { oneNetworkPerServer } from "./one-network-per-server.ts";
import { vpcDeniesByDefault } from "./vpc-denies-by-default.ts";

new PolicyPack("segmentation", {
  enforcementLevel: "mandatory",
  policies: [
    explicitZone,
    firewallRulesWithinIntents,
    loadBalancerOneLeg,
    nothingPublic,
    oneNetworkPerServer,
    vpcDeniesByDefault,
  ],
});
