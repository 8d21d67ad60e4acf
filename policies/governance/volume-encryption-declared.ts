import { textsOf } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { blockVolumeType } from "../kit/types.ts";

/** The provider has no option for it (2.80.0): the host encrypts, and the volume says by what. */
export const volumeEncryptionDeclared = definePolicyOnEach(
  "volume-encryption-declared",
  [blockVolumeType],
  (volume) => {
    const tags = textsOf(volume, "tags");
    if (tags === undefined) return "whether it is encrypted is undetermined";
    return tags.some((tag) => /^encryption=(?!none$)./.test(tag))
      ? undefined
      : "nothing says that its host encrypts it";
  },
);
