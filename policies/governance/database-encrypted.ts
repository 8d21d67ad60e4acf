import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { databaseType } from "../kit/types.ts";

export const databaseEncrypted = definePolicyOnEach("database-encrypted", [databaseType], (database) =>
  wrong(written<boolean>(database, "encryptionAtRest"), "encryptionAtRest", (on) => on, false),
);
