import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { backendType } from "../kit/types.ts";

export const backendVerifiesCertificate = definePolicyOnEach(
  "backend-verifies-certificate",
  [backendType],
  (backend) =>
    wrong(
      written<boolean>(backend, "ignoreSslServerVerify"),
      "ignoreSslServerVerify",
      (ignored) => !ignored,
      false,
    ),
);
