/**
 * The script that makes a host what the plan says, and its inverse. POSIX sh, from standard input; twice is the same as once; nothing
 * reboots. Text is the same on every host but for its files, so that a reader learns it once.
 */
import type { HostFile } from "./plan.ts";

const end = "ARCHIPEL_EOF";

/** What the script does besides laying down files. */
export interface ScriptFacts {
  /** Programs that must be there: named when they are missing, before anything changes. */
  readonly programs: readonly string[];
  readonly modules: readonly string[];
  /** Units with the files whose change reloads them, in start order. */
  readonly units: readonly { readonly name: string; readonly files: readonly string[] }[];
  /** Interface and address of every leg, proved at the end. */
  readonly legs: readonly { readonly interface: string; readonly address: string }[];
  /** The only default route that a sealed host may have; none where the public interface has one, and at bootstrap. */
  readonly gateway: string | undefined;
}

/** Why a file cannot be laid down by the script, if it cannot. */
export function unfitReason({ path, content }: HostFile): string | undefined {
  if (!/^\/[A-Za-z0-9@._/-]+$/.test(path)) return "a path of letters, digits and @._/- is needed";
  if (content !== "" && !content.endsWith("\n")) return "the last line has no end";
  return content.split("\n").includes(end) ? `a line is ${end}` : undefined;
}

export function hostScript(files: readonly HostFile[], facts: ScriptFacts): string {
  const legs = facts.legs.map(({ interface: name, address }) => `prove_leg ${name} ${address}\n`).join("");
  const units = facts.units
    .map(({ name, files: paths }) => `${["serve", name, ...paths].join(" ")}\n`)
    .join("");
  return `${preamble}
need ${["ip", "nft", "networkctl", "systemctl", "sysctl", ...facts.programs].join(" ")}
name_interfaces

${files.map(block).join("")}
withdraw_others
${facts.modules.map((name) => `modprobe ${name}\n`).join("")}apply_settings
apply_rules
apply_network
${facts.gateway === undefined ? "" : `seal ${facts.gateway}\n`}apply_units
${units}${legs}${facts.gateway === undefined ? "" : `prove_gateway ${facts.gateway}\n`}remember
`;
}

function block({ path, mode, kept, content }: HostFile): string {
  return `${kept === "initial" ? "initial" : "file"} ${mode} ${path} <<'${end}'\n${content}${end}\n`;
}

const heading = /^(initial|file) (\d{4}) (\S+) <<'ARCHIPEL_EOF'$/;

/** The files in a script, in order; the inverse of {@link hostScript}. */
export function hostFiles(script: string): HostFile[] {
  const files: HostFile[] = [];
  const lines = script.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const found = heading.exec(lines[at] ?? "");
    if (found === null) continue;
    const [, verb, mode = "", path = ""] = found;
    const last = lines.indexOf(end, at + 1);
    const content = lines
      .slice(at + 1, last)
      .map((line) => `${line}\n`)
      .join("");
    files.push({ path, mode, kept: verb === "initial" ? "initial" : "planned", content });
    at = last;
  }
  return files;
}

const preamble = `#!/bin/sh
# What the plan says of this host. From the environment: ARCHIPEL_VLANS or ARCHIPEL_MACS, "interface=value" of every private network.
set -eu
umask 022

work=/run/archipel/work
manifest=/etc/archipel/manifest
rules=/etc/nftables/archipel.json
bootstrap_rules=/etc/nftables/bootstrap.json
touched=
laid=
mkdir -p "$work" /etc/archipel

fail() {
    echo "archipel: $*" >&2
    exit 1
}

need() {
    missing=
    for program in "$@"; do
        command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
    done
    [ -z "$missing" ] || fail "not installed:$missing; use an image that has them, or the egress package cache"
}

substitutions=s/^//
for pair in \${ARCHIPEL_VLANS:-}; do
    substitutions="$substitutions;s/__VLAN_\${pair%%=*}__/\${pair#*=}/g"
done
for pair in \${ARCHIPEL_MACS:-}; do
    substitutions="$substitutions;s/__MAC_\${pair%%=*}__/\${pair#*=}/g"
done

changed() {
    case " $touched " in
    *" $1 "*) return 0 ;;
    esac
    return 1
}

changed_below() {
    case " $touched" in
    *" $1"*) return 0 ;;
    esac
    return 1
}

# file MODE PATH: standard input becomes the file. Rules are tried by the kernel before they may be the ones that a boot loads.
file() {
    laid="$laid $2"
    sed "$substitutions" >"$work/new"
    if grep -q '__\\(VLAN\\|MAC\\)_' "$work/new"; then
        fail "$2: no value for $(grep -o '__\\(VLAN\\|MAC\\)_[a-z0-9-]*__' "$work/new" | head -n 1)"
    fi
    if [ -f "$2" ] && cmp -s "$work/new" "$2"; then
        chmod "$1" "$2"
        return 0
    fi
    if [ "$2" = "$rules" ]; then
        nft -j -c -f "$work/new" || fail "$2: refused by the kernel; the rules in force stay"
    fi
    mkdir -p "\${2%/*}"
    chmod "$1" "$work/new"
    mv "$work/new" "$2"
    touched="$touched $2"
}

initial() {
    if [ ! -e "$2" ]; then
        file "$1" "$2"
        return
    fi
    cat >/dev/null
    laid="$laid $2"
}

# An Instance's interfaces take the names of their networks now; .link files do it at each boot.
name_interfaces() {
    for pair in \${ARCHIPEL_MACS:-}; do
        wanted=\${pair%%=*}
        current=$(ip -br link | awk -v mac="\${pair#*=}" 'tolower($3) == tolower(mac) { print $1 }')
        [ -n "$current" ] || fail "no interface has the address \${pair#*=} of $wanted"
        if [ "$current" != "$wanted" ]; then
            ip link set dev "$current" down
            ip link set dev "$current" name "$wanted"
            ip link set dev "$wanted" up
            touched="$touched /etc/systemd/network/$wanted"
        fi
    done
}

# What an earlier plan laid down and this one does not.
withdraw_others() {
    for path in $(cat "$manifest" 2>/dev/null) /etc/systemd/network/91-day-zero.network; do
        case " $laid " in
        *" $path "*) continue ;;
        esac
        [ -e "$path" ] || continue
        name=\${path##*/}
        case $path in
        /etc/systemd/system/*.d/*) ;;
        /etc/systemd/system/*@*) ;;
        /etc/systemd/system/*) systemctl disable --now "$name" ;;
        *.netdev)
            name=\${name#*-}
            ip link del dev "\${name%.netdev}" 2>/dev/null || true
            ;;
        esac
        rm -f "$path"
        touched="$touched $path"
    done
}

apply_settings() {
    sysctl -p /etc/sysctl.d/90-archipel.conf >/dev/null || fail "a kernel setting was refused"
}

# One transaction. Loaded rules are known by their digest in /run, which a boot empties.
apply_rules() {
    digest=$(cat "$rules" "$bootstrap_rules" 2>/dev/null | sha256sum)
    if [ "$(cat /run/archipel/rules 2>/dev/null)" != "$digest" ]; then
        nft -j -f "$rules" || fail "the kernel refused the rules; those in force stay"
        if [ -f "$bootstrap_rules" ]; then nft -j -f "$bootstrap_rules"; fi
        echo "$digest" >/run/archipel/rules
    fi
    if [ -f /etc/archipel/generation ]; then cat /etc/archipel/generation >/run/archipel/generation; fi
}

apply_network() {
    systemctl enable --now systemd-networkd >/dev/null 2>&1 || fail "systemd-networkd does not run"
    if changed_below /etc/systemd/network/; then networkctl reload; fi
}

apply_units() {
    if changed_below /etc/systemd/system/; then systemctl daemon-reload; fi
}

# serve UNIT FILE...: enabled, running, and reloaded when one of its files changed.
serve() {
    unit=$1
    shift
    systemctl enable "$unit" >/dev/null 2>&1 || fail "$unit is not installed"
    stale=
    for path in "$@"; do
        if changed "$path"; then stale=yes; fi
    done
    if ! systemctl is-active --quiet "$unit"; then
        systemctl start "$unit" || fail "$unit does not start"
    elif [ -n "$stale" ]; then
        systemctl reload-or-restart "$unit" || fail "$unit does not take its new files"
    fi
}

# Every default route but the private network's goes.
seal() {
    ip route show default | while read -r _ _ gateway _ device _; do
        if [ "$gateway" != "$1" ]; then ip route del default via "$gateway" dev "$device"; fi
    done
}

prove_leg() {
    tries=0
    until ip -br addr show dev "$1" 2>/dev/null | grep -q " $2/"; do
        tries=$((tries + 1))
        [ "$tries" -le 20 ] || fail "$1 has not the address $2"
        sleep 0.5
    done
}

prove_gateway() {
    tries=0
    until [ "$(ip route show default | awk '{ print $3 }')" = "$1" ]; do
        tries=$((tries + 1))
        [ "$tries" -le 20 ] || fail "the default route is not $1 alone: $(ip route show default)"
        sleep 0.5
    done
}

remember() {
    for path in $laid; do
        echo "$path"
    done >"$manifest"
    rm -rf "$work"
}
`;
