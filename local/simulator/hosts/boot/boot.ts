import { addInterfaceSettings, installDebian, mountVolatile } from "../filesystem/debian.ts";
import { HostFilesystem } from "../filesystem/host-filesystem.ts";
import type { Host } from "../host.ts";
import { plugHardware } from "../network/configure.ts";
import { bareNetwork } from "../network/network-state.ts";
import { restoreRuleset } from "../nftables/transaction.ts";
import { newKeyPair } from "../ssh/key-pair.ts";
import { runCloudInit } from "./cloud-init.ts";

/** Scaleway's images ask DHCP on every physical interface; a file of a lower number takes a link over. */
const imageNetwork = "[Match]\nType=ether\nKind=!*\n\n[Network]\nDHCP=yes\n";
const hostKey = "/etc/ssh/ssh_host_ed25519_key";

/** Lays a fresh system on a host's disk: everything that was there is gone, the SSH identity is new. */
async function install(host: Host): Promise<void> {
  const filesystem = new HostFilesystem();
  host.filesystem = filesystem;
  const { machine } = host;
  await installDebian(filesystem, machine);
  await filesystem.writeFile("/etc/systemd/network/99-image.network", imageNetwork);
  const { private: secret, public: identity } = newKeyPair(machine.name);
  await filesystem.writeFile(hostKey, secret);
  await filesystem.chmod(hostKey, 0o600);
  await filesystem.writeFile(`${hostKey}.pub`, `${identity}\n`);
  for (const key of machine.authorizedKeys) {
    await host.authorize("root", key);
    if (machine.kind === "bare-metal") await host.authorize("debian", key);
  }
  await filesystem.settle();
  host.installation = machine.installation;
}

/** Everything of a running system that is not on its disk. */
export function powerOff(host: Host): void {
  host.up = false;
  host.systemd.powerOff();
  host.network = bareNetwork();
  host.rules = restoreRuleset(undefined);
  host.keepalived = undefined;
  host.vrrpStates.clear();
  host.sshd = undefined;
}

/**
 * Boots a host: a fresh installation first when the API gave another one, then kernel settings, early units (nftables
 * among them), the network, cloud-init and late units, in Debian's order.
 */
export async function boot(host: Host): Promise<void> {
  const { machine } = host;
  const isFirstBoot = host.installation !== machine.installation;
  powerOff(host);
  host.starting();
  if (isFirstBoot) await install(host);
  host.boots = machine.boots;
  await mountVolatile(host.filesystem, machine);
  if (machine.kind === "instance") {
    // Instances fetch the project's keys at each boot; bare metal has those of its installation.
    for (const key of machine.authorizedKeys) await host.authorize("root", key);
  }
  for (const name of await plugHardware(machine, host.network, host.filesystem)) {
    await addInterfaceSettings(host.filesystem, name);
  }
  await host.runQuietly('sysctl --system >/dev/null 2>&1; hostname "$(cat /etc/hostname)"');
  await host.systemd.bootStage("early");
  await host.configureNetwork();
  host.up = true;
  const { errors } = await runCloudInit(host, isFirstBoot, () => host.systemd.bootStage("late"));
  host.change("boot", {
    installation: machine.installation,
    boots: machine.boots,
    firstBoot: isFirstBoot,
    errors,
  });
}
