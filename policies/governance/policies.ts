/** The policies of the pack `governance`, one a file. */
import { apiKeyExpires } from "./api-key-expires.ts";
import { apiKeyOfAnApplication } from "./api-key-of-an-application.ts";
import { applicationHasOwner } from "./application-has-owner.ts";
import { backendVerifiesCertificate } from "./backend-verifies-certificate.ts";
import { bucketEncrypted } from "./bucket-encrypted.ts";
import { bucketErasesInTime } from "./bucket-erases-in-time.ts";
import { costBelowCeiling } from "./cost-below-ceiling.ts";
import { databaseEncrypted } from "./database-encrypted.ts";
import { deterministicName } from "./deterministic-name.ts";
import { exemptionsValid } from "./exemptions-valid.ts";
import { flowsNotExpired } from "./flows-not-expired.ts";
import { knownSshKeys } from "./known-ssh-keys.ts";
import { legsWithinQuota } from "./legs-within-quota.ts";
import { loadBalancerModernTls } from "./load-balancer-modern-tls.ts";
import { noPowerfulPermissionSet } from "./no-powerful-permission-set.ts";
import { noSecretInClear } from "./no-secret-in-clear.ts";
import { passwordWriteOnly } from "./password-write-only.ts";
import { permissionsOnProjects } from "./permissions-on-projects.ts";
import { personalDocumentsTwoYears } from "./personal-documents-two-years.ts";
import { redisTls } from "./redis-tls.ts";
import { serversWithinQuota } from "./servers-within-quota.ts";
import { siteFlowsExpire } from "./site-flows-expire.ts";
import { tagsNameEstate } from "./tags-name-estate.ts";
import { videoKeptOneMonth } from "./video-kept-one-month.ts";
import { volumeEncryptionDeclared } from "./volume-encryption-declared.ts";

export const policies = [
  deterministicName,
  tagsNameEstate,
  applicationHasOwner,
  flowsNotExpired,
  siteFlowsExpire,
  legsWithinQuota,
  serversWithinQuota,
  databaseEncrypted,
  bucketEncrypted,
  volumeEncryptionDeclared,
  redisTls,
  loadBalancerModernTls,
  backendVerifiesCertificate,
  videoKeptOneMonth,
  personalDocumentsTwoYears,
  bucketErasesInTime,
  noPowerfulPermissionSet,
  permissionsOnProjects,
  apiKeyExpires,
  apiKeyOfAnApplication,
  noSecretInClear,
  passwordWriteOnly,
  knownSshKeys,
  costBelowCeiling,
  exemptionsValid,
] as const;
