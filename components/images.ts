/**
 * What the plan's names of operating systems are called at Scaleway: those that read cloud-init, without which a server cannot be
 * closed at its first boot. Bare metal: `name` and `version` of the API's list, exactly (fr-par, answers recorded in the provider's
 * tests, 2025-12-31). Instances: label of the marketplace. Undefined: not offered.
 */
export interface Image {
  readonly bareMetal: { readonly name: string; readonly version: string } | undefined;
  readonly instance: string | undefined;
}

const image = (name: string, version: string, instance?: string): Image => ({
  bareMetal: { name, version },
  instance,
});

export const images: ReadonlyMap<string, Image> = new Map<string, Image>([
  ["alma-9", { bareMetal: undefined, instance: "almalinux_9" }],
  ["centos-7", image("CentOS", "7")],
  ["debian-11", image("Debian", "11 (Bullseye)", "debian_bullseye")],
  ["debian-12", image("Debian", "12 (Bookworm)", "debian_bookworm")],
  ["debian-13", image("Debian", "13 (Trixie)", "debian_trixie")],
  ["rocky-8", image("Rocky Linux", "8", "rockylinux_8")],
  ["rocky-9", image("Rocky Linux", "9", "rockylinux_9")],
  ["ubuntu-22.04", image("Ubuntu", "22.04 LTS (Jammy Jellyfish)", "ubuntu_jammy")],
  ["ubuntu-22.04-gpu", { bareMetal: undefined, instance: "ubuntu_jammy_gpu_os_12" }],
  ["ubuntu-24.04", image("Ubuntu", "24.04 LTS (Noble Numbat)", "ubuntu_noble")],
]);

/** The image of an operating system for a kind of server. Throws when it is not offered there. */
export function imageOf<Kind extends keyof Image>(kind: Kind, os: string): NonNullable<Image[Kind]> {
  const found = images.get(os)?.[kind];
  if (found === undefined) throw new Error(`no ${kind} image is known for the operating system ${os}`);
  return found;
}
