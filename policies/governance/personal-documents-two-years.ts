import { defineRetention, isVideo } from "../kit/retention.ts";

/** Files and objects; what a database holds is erased by its application, record by record. */
export const personalDocumentsTwoYears = defineRetention(
  "personal-documents-two-years",
  730,
  (data) => (data.kind === "files" || data.kind === "bucket") && data.personal !== "none" && !isVideo(data),
);
