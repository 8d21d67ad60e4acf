/** Draws from a seed: the same for the same seed. */
import { mulberry32 } from "../../../helpers/mulberry32.ts";

export interface Random {
  /** 0 to `below` - 1. */
  int(below: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

export function randomOf(seed: number): Random {
  const draw = mulberry32(seed * 2_654_435_761 + 1);
  const next = (): number => draw() / 2 ** 32;
  return {
    int: (below) => Math.floor(next() * below),
    chance: (probability) => next() < probability,
    pick: (from) => from[Math.floor(next() * from.length)] as never,
  };
}
