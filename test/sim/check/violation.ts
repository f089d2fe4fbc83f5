/** A broken invariant: which one, where and when. Ends the run of its seed. */

export class Violation extends Error {
  override readonly name = 'Violation';
  /** Name of the invariant, as the README's table lists it. */
  readonly invariant: string;

  constructor(invariant: string, message: string) {
    super(message);
    this.invariant = invariant;
  }
}

export function violated(invariant: string, message: string): never {
  throw new Violation(invariant, message);
}
