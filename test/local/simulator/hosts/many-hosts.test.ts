import { describe, expect, it } from "vitest";
import { startHosts } from "../../../../local/simulator/hosts/index.ts";
import {
  filterDocument,
  idOf,
  legOf,
  machineOf,
  match,
  rule,
  TestDirectory,
  TestLog,
  TestStore,
} from "./machines-fixture.ts";
import { cloudConfig } from "./world-fixture.ts";

const count = 175;

describe("a whole estate's hosts", () => {
  it("boots 175 in less than 10 s and applies a script of 20 KB in less than 300 ms", async () => {
    const directory = new TestDirectory();
    const day0 = cloudConfig(
      { "/etc/nftables.d/day0.json": filterDocument() },
      "nft -j -f /etc/nftables.d/day0.json",
    );
    for (let number = 0; number < count; number += 1) {
      const leg = legOf(
        "pn",
        "10.0.0.0/16",
        `10.0.1.${number}`,
        `de:00:00:00:01:${number.toString(16).padStart(2, "0")}`,
        number + 1,
      );
      directory.put(
        machineOf(`host-${number}`, {
          userData: day0,
          legs: [leg],
          publicAddresses: [`127.64.20.${number}`],
        }),
      );
    }
    const log = new TestLog();
    const park = await startHosts({ directory, changes: log, store: new TestStore() });
    expect(
      log.changes.filter(
        ({ kind, detail }) => kind === "boot" && (detail.errors as string[] | undefined)?.length === 0,
      ),
    ).toHaveLength(count);
    const accepts = Array.from({ length: 100 }, (_, index) =>
      rule("input", match("tcp", "dport", 1000 + index), { accept: null }),
    );
    const script = [
      "set -eu",
      "cat > /etc/nftables.d/rules.json <<'END'",
      filterDocument(...accepts),
      "END",
      "nft -j -c -f /etc/nftables.d/rules.json",
      "nft -j -f /etc/nftables.d/rules.json",
      ...Array.from(
        { length: 20 },
        (_, index) =>
          `cat > /etc/app-${index}.conf <<'END'\n${"value = 1\n".repeat(20)}END\nchmod 600 /etc/app-${index}.conf`,
      ),
      "networkctl reload",
    ].join("\n");
    expect(script.length).toBeGreaterThan(20_000);
    for (let number = 0; number < 10; number += 1) {
      expect((await park.exec(idOf(`host-${number}`), "bash -s", script)).exitCode).toBe(0);
    }
    await park.close();
  }, 120_000);
});
