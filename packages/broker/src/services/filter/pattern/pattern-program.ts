/**
 * Patterns of `matches` as programs of a machine without backtracking: matching costs at most (characters × instructions), whatever
 * the pattern. The syntax is RE2's; what needs backtracking (references to groups, looking ahead or behind) is refused.
 */

/** A set of characters. */
export type Accepts = (codePoint: number) => boolean;

export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-edge' | 'no-word-edge';

export type Instruction =
  | { readonly kind: 'char'; readonly accepts: Accepts }
  | { readonly kind: 'assert'; readonly assertion: Assertion }
  | { readonly kind: 'split'; readonly first: number; readonly second: number }
  | { readonly kind: 'jump'; readonly to: number }
  | { readonly kind: 'match' };

export interface PatternProgram {
  readonly instructions: readonly Instruction[];
}

/** Steps that the matcher charges; true means to give up. */
export type ChargeSteps = (steps: number) => boolean;

export function isWordCharacter(codePoint: number): boolean {
  return (
    (codePoint >= 48 && codePoint <= 57) ||
    (codePoint >= 65 && codePoint <= 90) ||
    (codePoint >= 97 && codePoint <= 122) ||
    codePoint === 95
  );
}

/** Whether the pattern matches anywhere in the text; undefined where the matcher was told to give up. */
export function matchesPattern(
  program: PatternProgram,
  text: string,
  charge: ChargeSteps,
): boolean | undefined {
  const count = program.instructions.length;
  let current = new ThreadSet(count);
  let next = new ThreadSet(count);
  let previous = -1;
  for (let position = 0; ; ) {
    const codePoint = position < text.length ? (text.codePointAt(position) as number) : -1;
    // An attempt begins at every position: the pattern may match anywhere.
    if (current.follow(program, 0, previous, codePoint)) return true;
    if (charge(current.visited + current.size)) return undefined;
    if (codePoint === -1) return false;
    position += codePoint > 0xffff ? 2 : 1;
    const ahead = position < text.length ? (text.codePointAt(position) as number) : -1;
    next.clear();
    for (let index = 0; index < current.size; index += 1) {
      const at = current.at(index);
      const instruction = program.instructions[at] as Instruction;
      if (instruction.kind !== 'char' || !instruction.accepts(codePoint)) continue;
      if (next.follow(program, at + 1, codePoint, ahead)) return true;
    }
    [current, next] = [next, current];
    previous = codePoint;
  }
}

/** Instructions that wait for the next character, each once. */
class ThreadSet {
  size = 0;
  /** Instructions looked at since the last clear. */
  visited = 0;
  #generation = 1;
  readonly #seen: Uint32Array;
  readonly #waiting: Uint32Array;
  readonly #stack: number[] = [];

  constructor(count: number) {
    this.#seen = new Uint32Array(count);
    this.#waiting = new Uint32Array(count);
  }

  at(index: number): number {
    return this.#waiting[index] as number;
  }

  clear(): void {
    this.size = 0;
    this.visited = 0;
    this.#generation += 1;
  }

  /** Goes on from an instruction to all that wait for a character; true where the end of the pattern is reached. */
  follow(program: PatternProgram, from: number, previous: number, codePoint: number): boolean {
    this.#stack.push(from);
    while (this.#stack.length > 0) {
      const at = this.#stack.pop() as number;
      this.visited += 1;
      if (this.#seen[at] === this.#generation) continue;
      this.#seen[at] = this.#generation;
      const instruction = program.instructions[at] as Instruction;
      switch (instruction.kind) {
        case 'match':
          this.#stack.length = 0;
          return true;
        case 'char':
          this.#waiting[this.size] = at;
          this.size += 1;
          break;
        case 'jump':
          this.#stack.push(instruction.to);
          break;
        case 'split':
          this.#stack.push(instruction.second, instruction.first);
          break;
        case 'assert':
          if (holds(instruction.assertion, previous, codePoint)) this.#stack.push(at + 1);
          break;
      }
    }
    return false;
  }
}

function holds(assertion: Assertion, previous: number, codePoint: number): boolean {
  const edge = isWordCharacter(previous) !== isWordCharacter(codePoint);
  switch (assertion) {
    case 'text-start':
      return previous === -1;
    case 'text-end':
      return codePoint === -1;
    case 'line-start':
      return previous === -1 || previous === 10;
    case 'line-end':
      return codePoint === -1 || codePoint === 10;
    case 'word-edge':
      return edge;
    case 'no-word-edge':
      return !edge;
  }
}
