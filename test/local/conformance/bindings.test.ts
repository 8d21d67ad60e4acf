import { describe, expect, it } from "vitest";
import { Bindings } from "../../../local/conformance/bindings.ts";

const ids = (letter: string) => `${letter.repeat(8)}-aaaa-4aaa-8aaa-${letter.repeat(12)}`;

describe("which of our ids stands for a recorded one", () => {
  it("learns ids, addresses, keys and names that a server makes", () => {
    const bindings = new Bindings();
    bindings.learn(
      {
        id: ids("1"),
        address: "172.16.4.2/22",
        mac: "02:00:00:00:00:01",
        hostname: "tf-srv-real",
        v6: "fd00:1:2::/64",
      },
      {
        id: ids("2"),
        address: "172.16.0.9/22",
        mac: "02:00:00:00:00:ff",
        hostname: "srv-ours",
        v6: "fd00:9:9::/64",
      },
    );
    expect(bindings.translate(`/servers/${ids("1")}/nics?mac=02:00:00:00:00:01`)).toBe(
      `/servers/${ids("2")}/nics?mac=02:00:00:00:00:ff`,
    );
    expect(
      bindings.translate('{"a":"172.16.4.2","b":"172.16.4.2/32","c":"172.16.8.20","d":"tf-srv-real"}'),
    ).toBe('{"a":"172.16.0.9","b":"172.16.0.9/32","c":"172.16.8.20","d":"srv-ours"}');
    expect(bindings.translate("fd00:1:2::/64")).toBe("fd00:9:9::/64");
  });

  it("takes an address that a client chose to its place in our subnet", () => {
    const bindings = new Bindings();
    bindings.learn({ subnet: "172.16.4.0/22" }, { subnet: "172.20.8.0/22" });
    expect(bindings.translate('"172.16.5.20/22" "172.16.4.7" "172.16.8.7"')).toBe(
      '"172.20.9.20/22" "172.20.8.7" "172.16.8.7"',
    );
  });

  it("reads a query's values as they are meant, and takes a whole value only for a name", () => {
    const bindings = new Bindings();
    bindings.learn(
      { mac: "02:00:00:00:00:01", name: "openvpn" },
      { mac: "02:00:00:00:00:ff", name: "another" },
    );
    expect(bindings.translateUrl("/ips?mac=02%3A00%3A00%3A00%3A00%3A01&name=openvpn")).toBe(
      "/ips?mac=02%3A00%3A00%3A00%3A00%3Aff&name=another",
    );
    expect(bindings.translateUrl("/openvpn/openvpn-2")).toBe("/another/openvpn-2");
    expect(bindings.translate('{"name":"openvpn","label":"an openvpn"}')).toBe(
      '{"name":"another","label":"an openvpn"}',
    );
  });

  it("binds anew what is made anew, and knows the last access key behind a masked one", () => {
    const bindings = new Bindings();
    bindings.learn(
      { id: ids("1"), access_key: "SCWAAAAAAAAAAAAAAAAA" },
      { id: ids("a"), access_key: "SCWBBBBBBBBBBBBBBBBB" },
    );
    bindings.learn({ id: ids("1") }, { id: ids("b") }, true);
    expect(bindings.translateUrl(`/keys/${ids("1")}/SCWXXXXXXXXXXXXXXXXX`)).toBe(
      `/keys/${ids("b")}/SCWBBBBBBBBBBBBBBBBB`,
    );
  });

  it("pairs items of a list by what they say, not by their place", () => {
    const bindings = new Bindings();
    bindings.learn(
      [
        { id: ids("1"), name: "one" },
        { id: ids("2"), name: "two" },
      ],
      [
        { id: ids("b"), name: "two" },
        { id: ids("a"), name: "one" },
      ],
    );
    expect(bindings.translate(`${ids("1")} ${ids("2")}`)).toBe(`${ids("a")} ${ids("b")}`);
  });

  it("keeps what it learnt first, and leaves texts and times alone", () => {
    const bindings = new Bindings();
    bindings.learn(
      { id: ids("1"), status: "creating", at: "2026-01-01T00:00:00Z" },
      { id: ids("a"), status: "ready", at: "2027-01-01T00:00:00Z" },
    );
    bindings.learn({ id: ids("1") }, { id: ids("b") });
    expect(bindings.translate(`${ids("1")} creating 2026-01-01T00:00:00Z`)).toBe(
      `${ids("a")} creating 2026-01-01T00:00:00Z`,
    );
  });
});
