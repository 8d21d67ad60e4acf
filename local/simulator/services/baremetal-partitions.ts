import type { Body } from "../store/store.ts";
import type { Offer } from "./baremetal-catalogue.ts";

const gibibyte = 2 ** 30;

function partition(label: string, number: number, size: number): Body {
  return { label, number, size, use_all_available_space: false };
}

/** How disks are cut when nobody says otherwise: the first two mirrored, /boot and / on the mirror, swap on each. */
export function defaultSchema(offer: Offer): Body {
  const nvme = offer.disks[0]?.type === "NVMe";
  const device = (index: number) => (nvme ? `/dev/nvme${index}n1` : `/dev/sd${"abcd".charAt(index)}`);
  const part = (index: number, number: number) => `${device(index)}${nvme ? "p" : ""}${number}`;
  const common = (from: number) => [
    partition("swap", from, 4 * gibibyte),
    partition("boot", from + 1, gibibyte / 2),
    partition("root", from + 2, 880 * gibibyte),
  ];
  const mirror = (name: string, first: number, second: number) => ({
    name,
    level: "raid_level_1",
    devices: [part(0, first), part(1, second)],
  });
  return {
    disks: [
      { device: device(0), partitions: [partition("uefi", 1, gibibyte / 2), ...common(2)] },
      { device: device(1), partitions: common(1) },
    ],
    raids: [mirror("/dev/md0", 3, 2), mirror("/dev/md1", 4, 3)],
    filesystems: [
      { device: part(0, 1), format: "fat32", mountpoint: "/boot/efi" },
      { device: "/dev/md0", format: "ext4", mountpoint: "/boot" },
      { device: "/dev/md1", format: "ext4", mountpoint: "/" },
    ],
    zfs: { pools: [] },
  };
}
