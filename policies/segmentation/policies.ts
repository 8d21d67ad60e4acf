/** The policies of the pack `segmentation`, one a file. */
import { aclAcceptsNothing } from "./acl-accepts-nothing.ts";
import { aclBothFamilies } from "./acl-both-families.ts";
import { aclDeniesByDefault } from "./acl-denies-by-default.ts";
import { administrationPortsClosed } from "./administration-ports-closed.ts";
import { bareMetalDayZero } from "./bare-metal-day-zero.ts";
import { bucketPrivate } from "./bucket-private.ts";
import { dataPortsClosed } from "./data-ports-closed.ts";
import { databaseAclNarrow } from "./database-acl-narrow.ts";
import { databasePrivate } from "./database-private.ts";
import { dayZeroDrops } from "./day-zero-drops.ts";
import { everyServerConfigured } from "./every-server-configured.ts";
import { firewallRulesWithinIntents } from "./firewall-rules-within-intents.ts";
import { gatewayBastionClosed } from "./gateway-bastion-closed.ts";
import { hostsDropForwarding } from "./hosts-drop-forwarding.ts";
import { instanceWithoutPublicAddress } from "./instance-without-public-address.ts";
import { loadBalancerOneLeg } from "./load-balancer-one-leg.ts";
import { loadBalancerPublishesWebOnly } from "./load-balancer-publishes-web-only.ts";
import { loadBalancerToIngress } from "./load-balancer-to-ingress.ts";
import { managementFromBastionsOnly } from "./management-from-bastions-only.ts";
import { networkAfterAcls } from "./network-after-acls.ts";
import { networkInDeclaredVpc } from "./network-in-declared-vpc.ts";
import { nicOnOwnServer } from "./nic-on-own-server.ts";
import { noDefaultRoutePushed } from "./no-default-route-pushed.ts";
import { noFlexibleIp } from "./no-flexible-ip.ts";
import { noPatRule } from "./no-pat-rule.ts";
import { noRoutePastFirewalls } from "./no-route-past-firewalls.ts";
import { oneNetworkPerServer } from "./one-network-per-server.ts";
import { oneTrustClassPerCarrier } from "./one-trust-class-per-carrier.ts";
import { securityGroupDropsInbound } from "./security-group-drops-inbound.ts";
import { securityGroupDropsOutbound } from "./security-group-drops-outbound.ts";

export const policies = [
  aclDeniesByDefault,
  aclAcceptsNothing,
  aclBothFamilies,
  networkAfterAcls,
  networkInDeclaredVpc,
  noRoutePastFirewalls,
  noDefaultRoutePushed,
  firewallRulesWithinIntents,
  hostsDropForwarding,
  everyServerConfigured,
  oneNetworkPerServer,
  nicOnOwnServer,
  oneTrustClassPerCarrier,
  loadBalancerOneLeg,
  loadBalancerToIngress,
  loadBalancerPublishesWebOnly,
  instanceWithoutPublicAddress,
  noFlexibleIp,
  bareMetalDayZero,
  dayZeroDrops,
  securityGroupDropsInbound,
  securityGroupDropsOutbound,
  administrationPortsClosed,
  dataPortsClosed,
  managementFromBastionsOnly,
  gatewayBastionClosed,
  noPatRule,
  databasePrivate,
  databaseAclNarrow,
  bucketPrivate,
] as const;
