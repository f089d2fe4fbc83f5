/** What a proof is to `npm run prove`, and what all of them need. */
import type { Verdict } from './ledger.ts';

export interface Proof {
  readonly what: string;
  readonly defaults: Readonly<Record<string, string>>;
  /** Returns the broken promises; empty is good. `skipped`: what it needs is not here. */
  readonly run: (options: Readonly<Record<string, string>>) => Promise<readonly string[] | 'skipped'>;
}

export const number = (options: Readonly<Record<string, string>>, name: string): number => {
  const value = Number(options[name]);
  if (!Number.isFinite(value)) throw new Error(`--${name} must be a number`);
  return value;
};

/** What a verdict breaks of the promise that what was acknowledged is there, once, in order and in place. */
export function losses({ lost, duplicated, reordered, misplaced }: Verdict): readonly string[] {
  return lost + duplicated + reordered + misplaced > 0
    ? ['acknowledged records are not where they were acknowledged']
    : [];
}

export const show = (figures: object): void => console.log(JSON.stringify(figures, undefined, 2));
