/** Broken variants of the product, each a fault that real systems have had. */
export interface Mutant {
  readonly name: string;
  /** What is wrong with it. */
  readonly fault: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

export const MUTANTS: readonly Mutant[] = [];
