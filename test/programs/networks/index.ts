/** A VPC and some dozens of private networks: small enough to be deployed often, many enough for a kill to hit some in flight. */
import { Config } from "@pulumi/pulumi";
import { network } from "@pulumiverse/scaleway";

const names = new Config().requireObject<readonly string[]>("networks");
const vpc = new network.Vpc("archipelago", { name: "archipelago", region: "fr-par", tags: ["kill"] });

for (const name of names) {
  new network.PrivateNetwork(name, { name, vpcId: vpc.id, region: "fr-par", tags: ["kill", name] });
}
