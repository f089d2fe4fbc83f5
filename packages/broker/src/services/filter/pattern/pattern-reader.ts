/** Reads a pattern character by character and remembers where it is. */
import type { Accepts } from './pattern-program.ts';

/** A pattern that is not valid; `position` counts from the start of the pattern. */
export class PatternFault extends Error {
  override readonly name = 'PatternFault';
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

export class PatternReader {
  flags = { ignoreCase: false, dotAll: false, multiline: false };
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#position >= this.#text.length;
  }

  get rest(): string {
    return this.#text.slice(this.#position);
  }

  sees(text: string): boolean {
    return this.#text.startsWith(text, this.#position);
  }

  take(text: string): boolean {
    if (!this.sees(text)) return false;
    this.#position += text.length;
    return true;
  }

  skip(count: number): void {
    this.#position += count;
  }

  /** The next code point. */
  next(): number {
    const codePoint = this.#text.codePointAt(this.#position);
    if (codePoint === undefined) this.fail('the pattern ends too early');
    this.#position += (codePoint as number) > 0xffff ? 2 : 1;
    return codePoint as number;
  }

  literal(codePoint: number): Accepts {
    if (!this.flags.ignoreCase) return (other) => other === codePoint;
    return anyCase((other) => other === codePoint);
  }

  fail(message: string): never {
    throw new PatternFault(message, this.#position);
  }
}

/** Accepts what the test accepts in upper or in lower case. */
export function anyCase(accepts: Accepts): Accepts {
  return (codePoint) => {
    if (accepts(codePoint)) return true;
    const text = String.fromCodePoint(codePoint);
    const lower = text.toLowerCase().codePointAt(0) as number;
    return accepts(lower) || accepts(text.toUpperCase().codePointAt(0) as number);
  };
}
