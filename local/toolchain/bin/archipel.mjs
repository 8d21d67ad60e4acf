#!/usr/bin/env node
import { join } from "node:path";
import { checkout, runNode } from "./node24.mjs";

runNode([join(checkout, "operations", "main.ts"), ...process.argv.slice(2)]);
