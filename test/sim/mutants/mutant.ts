/** What a broken variant is: one piece of source text, and what stands in its place. It knows nothing of the product's code. */

export interface Mutant {
  readonly name: string;
  /** Where it shows. */
  readonly world: 'groups' | 'cluster' | 'engines' | 'coordination';
  /** What is wrong with it. */
  readonly fault: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** A seed that found it when it was written. */
  readonly seed: number;
  /** It must be found by some seed from 1 to here. */
  readonly within: number;
}
