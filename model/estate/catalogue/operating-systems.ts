/**
 * Operating systems by the name that an estate uses, and types of public gateway.
 *
 * Bare metal: API answers recorded in the provider's tests, 2025-12-31 (`cloud_init_supported`). Instances: labels of the Marketplace's images.
 * A guest runs what its vendor installs: no catalogue limits it. ESXi is not installed any more (Scaleway, 2025-05-26).
 */

export interface OperatingSystem {
  /** On bare metal: name and start of the version at the API, and whether day 0 can close the server; undefined: not offered. */
  readonly bareMetal:
    | { readonly name: string; readonly version: string; readonly cloudInit: "supported" | "unsupported" }
    | undefined;
  /** Image label for Instances, all of which take cloud-init but Windows; undefined: not offered. */
  readonly instanceImage: string | undefined;
}

const closed = (name: string, version: string, instanceImage?: string): OperatingSystem => ({
  bareMetal: { name, version, cloudInit: "supported" },
  instanceImage,
});
const open = (name: string, version: string): OperatingSystem => ({
  bareMetal: { name, version, cloudInit: "unsupported" },
  instanceImage: undefined,
});

export const operatingSystems: ReadonlyMap<string, OperatingSystem> = new Map(
  Object.entries({
    "alma-9": { bareMetal: undefined, instanceImage: "almalinux_9" },
    alpine: open("Alpine Linux", ""),
    "centos-7": closed("CentOS", "7"),
    "debian-10": open("Debian", "10"),
    "debian-11": closed("Debian", "11", "debian_bullseye"),
    "debian-12": closed("Debian", "12", "debian_bookworm"),
    "debian-13": closed("Debian", "13", "debian_trixie"),
    "fedora-40": open("Fedora", "40"),
    "oracle-8": open("Oracle Linux", "8"),
    "proxmox-7": open("Proxmox VE", "7"),
    "proxmox-8": open("Proxmox VE", "8"),
    "proxmox-backup-2": open("Proxmox Backup Server", "2"),
    "rocky-8": closed("Rocky Linux", "8", "rockylinux_8"),
    "rocky-9": closed("Rocky Linux", "9", "rockylinux_9"),
    "ubuntu-20.04": open("Ubuntu", "20.04"),
    "ubuntu-22.04": closed("Ubuntu", "22.04", "ubuntu_jammy"),
    "ubuntu-22.04-gpu": { bareMetal: undefined, instanceImage: "ubuntu_jammy_gpu_os_12" },
    "ubuntu-24.04": closed("Ubuntu", "24.04", "ubuntu_noble"),
    "windows-2019": open("Windows Server", "2019"),
    "windows-2022": open("Windows Server", "2022"),
  } satisfies Record<string, OperatingSystem>),
);

/** Types of public gateway: Scaleway's public gateway FAQ (2025-09-24) and the provider's examples. */
export const gatewayTypes: readonly string[] = ["VPC-GW-S", "VPC-GW-M", "VPC-GW-L", "VPC-GW-XL"];
