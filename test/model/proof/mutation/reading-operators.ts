/** What cannot be read of a machine, or is not done to it: never taken for held. */
import type { Operator } from "./base.ts";
import type { Edit } from "./edit.ts";
import { first, rule } from "./rules.ts";
import { fleet, simple } from "./simple.ts";

const notRead = (name: string, change: (edit: Edit, key: string) => void): Operator =>
  simple(
    name,
    (base) => [...base.inner, ...fleet(base, "instance")],
    (edit, { key }) => {
      change(edit, key);
      return "";
    },
  );

export const readingOperators: readonly Operator[] = [
  notRead("not readable: a script that is a secret", (edit, key) =>
    edit.set(edit.resource("remote:Command", `${key}-host-configure`), { stdin: "[secret]" }),
  ),
  notRead("not readable: a verb that nobody knows", (edit, key) =>
    edit.setScript(key, (text) =>
      text.replace("\napply_rules\n", "\napply_rules\niptables -P FORWARD ACCEPT\n"),
    ),
  ),
  notRead("not readable: a statement that nobody knows", (edit, key) =>
    edit.setRules(key, (commands) => first(commands, "input", rule("input", { queue: { num: 0 } }))),
  ),
  notRead("not readable: a function of the script changed", (edit, key) =>
    edit.setScript(key, (text) => text.replace('nft -j -f "$rules" || fail', 'true "$rules" || fail')),
  ),
  notRead("script: rules laid down and never loaded", (edit, key) =>
    edit.setScript(key, (text) => text.replace("\napply_rules\n", "\n")),
  ),
  notRead("kernel: answers for others' addresses", (edit, key) =>
    edit.setSettings(key, ["net.ipv4.conf.all.proxy_arp = 1"]),
  ),
  simple(
    "firewall: answers for its addresses on every network",
    (base) => base.inner,
    (edit, { key }, _, random) => {
      const setting = random.pick(["net.ipv4.conf.all.arp_ignore = 0", "net.ipv4.conf.all.arp_announce = 0"]);
      edit.setSettings(key, [setting]);
      return setting;
    },
  ),
  notRead("not readable: a second command on the machine", (edit, key) => {
    const command = edit.resource("remote:Command", `${key}-host-configure`);
    edit.add(command, `${key}-extra`, command.type, {
      create: "nft flush ruleset",
      connection: { host: "x" },
    });
  }),
];
