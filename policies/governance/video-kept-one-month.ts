import { defineRetention, isVideo } from "../kit/retention.ts";

/** A month of 31 days. */
export const videoKeptOneMonth = defineRetention("video-kept-one-month", 31, isVideo);
