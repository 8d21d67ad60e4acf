import { ofType, written } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { sshKeyType } from "../kit/types.ts";

/** A key without its comment, which anybody may write. */
const bare = (key: string): string => key.trim().split(/\s+/).slice(0, 2).join(" ");

export const knownSshKeys = definePolicyOfEstate(
  "known-ssh-keys",
  ({ platform, organisation }, { resources }, report) => {
    const keys = ofType(resources, sshKeyType);
    const declared = new Set(platform.administrators.map(({ key }) => bare(key)));
    // The deployment adds its own, under one name, which is nobody else's.
    const deployment = `${organisation.organisation}-operator`;
    for (const key of keys) {
      const [name, text] = [written<string>(key, "name"), written<string>(key, "publicKey")];
      if (name.kind === "known" && name.value === deployment) continue;
      if (text.kind !== "known") report(`${key.name}: whose key it is is undetermined`, key);
      else if (!declared.has(bare(text.value)))
        report(`${key.name}: opens every server to somebody whom the estate does not name`, key);
    }
    return nothingIfEmpty(keys, sshKeyType);
  },
);
