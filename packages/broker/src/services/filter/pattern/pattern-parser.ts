/**
 * From the text of a pattern to its program. Grammar:
 *   alternation := sequence ('|' sequence)*     sequence := (atom quantifier?)*
 *   atom := character | '.' | class | escape | '^' | '$' | '(' alternation ')' | '(?:' … | '(?P<name>' … | '(?flags)' at the start
 *   quantifier := ('*' | '+' | '?' | '{n}' | '{n,}' | '{n,m}') '?'?     (lazy or not is the same where only the match counts)
 */
import { PATTERN_INSTRUCTIONS_MAX, PATTERN_REPEAT_MAX } from '../filter-limits.ts';
import { parseClass, parseEscape } from './pattern-class.ts';
import type { Accepts, Assertion, Instruction, PatternProgram } from './pattern-program.ts';
import { PatternReader } from './pattern-reader.ts';

export { PatternFault } from './pattern-reader.ts';

type Piece =
  | { readonly kind: 'char'; readonly accepts: Accepts }
  | { readonly kind: 'assert'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'either'; readonly branches: readonly Piece[] }
  | { readonly kind: 'repeat'; readonly piece: Piece; readonly min: number; readonly max: number };

const GROUPS_DEPTH_MAX = 50;

export function parsePattern(text: string): PatternProgram {
  const reader = new PatternReader(text);
  reader.flags = leadingFlags(reader);
  const piece = alternation(reader, 0);
  if (!reader.done) reader.fail('there is a ) without its (');
  const emitter = new Emitter(reader);
  emitter.emit(piece);
  emitter.out.push({ kind: 'match' });
  return { instructions: emitter.out };
}

function leadingFlags(reader: PatternReader): { ignoreCase: boolean; dotAll: boolean; multiline: boolean } {
  const flags = { ignoreCase: false, dotAll: false, multiline: false };
  const found = /^\(\?([ims]+)\)/.exec(reader.rest);
  if (found === null) return flags;
  const letters = found[1] as string;
  reader.skip(found[0].length);
  return {
    ignoreCase: letters.includes('i'),
    dotAll: letters.includes('s'),
    multiline: letters.includes('m'),
  };
}

function alternation(reader: PatternReader, depth: number): Piece {
  if (depth > GROUPS_DEPTH_MAX) reader.fail(`groups are nested deeper than ${GROUPS_DEPTH_MAX} levels`);
  const branches = [sequence(reader, depth)];
  while (reader.take('|')) branches.push(sequence(reader, depth));
  return branches.length === 1 ? (branches[0] as Piece) : { kind: 'either', branches };
}

function sequence(reader: PatternReader, depth: number): Piece {
  const pieces: Piece[] = [];
  while (!reader.done && !reader.sees('|') && !reader.sees(')'))
    pieces.push(quantified(reader, atom(reader, depth)));
  return { kind: 'sequence', pieces };
}

function atom(reader: PatternReader, depth: number): Piece {
  const { flags } = reader;
  if (reader.sees('*') || reader.sees('+') || reader.sees('?'))
    reader.fail('there is nothing to repeat here');
  if (reader.take('(')) return group(reader, depth);
  if (reader.take('[')) return { kind: 'char', accepts: parseClass(reader) };
  if (reader.take('.')) return { kind: 'char', accepts: flags.dotAll ? () => true : (point) => point !== 10 };
  if (reader.take('^')) return { kind: 'assert', assertion: flags.multiline ? 'line-start' : 'text-start' };
  if (reader.take('$')) return { kind: 'assert', assertion: flags.multiline ? 'line-end' : 'text-end' };
  if (reader.take('\\')) return escaped(reader);
  return { kind: 'char', accepts: reader.literal(reader.next()) };
}

function escaped(reader: PatternReader): Piece {
  if (reader.take('b')) return { kind: 'assert', assertion: 'word-edge' };
  if (reader.take('B')) return { kind: 'assert', assertion: 'no-word-edge' };
  if (reader.take('A')) return { kind: 'assert', assertion: 'text-start' };
  if (reader.take('z')) return { kind: 'assert', assertion: 'text-end' };
  const escape = parseEscape(reader);
  return { kind: 'char', accepts: escape.kind === 'set' ? escape.accepts : reader.literal(escape.codePoint) };
}

function group(reader: PatternReader, depth: number): Piece {
  if (reader.sees('?')) {
    const opening = /^\?(?::|P?<[A-Za-z_][A-Za-z0-9_]*>)/.exec(reader.rest);
    if (opening === null)
      reader.fail(
        /^\?<?[=!]/.test(reader.rest)
          ? 'looking ahead or behind cannot be matched in linear time'
          : 'this kind of group is not known',
      );
    reader.skip((opening as RegExpExecArray)[0].length);
  }
  const piece = alternation(reader, depth + 1);
  if (!reader.take(')')) reader.fail('a ) is missing');
  return piece;
}

function quantified(reader: PatternReader, piece: Piece): Piece {
  const range = quantifier(reader);
  if (range === undefined) return piece;
  reader.take('?');
  if (quantifier(reader) !== undefined) reader.fail('one part has two quantifiers');
  if (
    range.max < range.min ||
    range.min > PATTERN_REPEAT_MAX ||
    (range.max !== Infinity && range.max > PATTERN_REPEAT_MAX)
  )
    reader.fail(`a part is repeated from n to m times, at most ${PATTERN_REPEAT_MAX}`);
  return { kind: 'repeat', piece, ...range };
}

function quantifier(reader: PatternReader): { readonly min: number; readonly max: number } | undefined {
  if (reader.take('*')) return { min: 0, max: Infinity };
  if (reader.take('+')) return { min: 1, max: Infinity };
  if (reader.take('?')) return { min: 0, max: 1 };
  const counted = /^\{(\d{1,6})(,(\d{1,6})?)?\}/.exec(reader.rest);
  if (counted === null) return undefined;
  reader.skip(counted[0].length);
  const min = Number(counted[1]);
  if (counted[2] === undefined) return { min, max: min };
  return { min, max: counted[3] === undefined ? Infinity : Number(counted[3]) };
}

/** Writes the instructions of pieces one after the other. */
class Emitter {
  readonly out: Instruction[] = [];
  readonly #reader: PatternReader;
  /** Pieces written: repeating what is empty adds no instruction, but is work all the same. */
  #pieces = 0;

  constructor(reader: PatternReader) {
    this.#reader = reader;
  }

  emit(piece: Piece): void {
    this.#pieces += 1;
    if (this.out.length > PATTERN_INSTRUCTIONS_MAX || this.#pieces > 2 * PATTERN_INSTRUCTIONS_MAX)
      this.#reader.fail(`the pattern is too large: more than ${PATTERN_INSTRUCTIONS_MAX} instructions`);
    switch (piece.kind) {
      case 'char':
      case 'assert':
        this.out.push(piece);
        return;
      case 'sequence':
        for (const part of piece.pieces) this.emit(part);
        return;
      case 'either':
        this.#emitEither(piece.branches);
        return;
      case 'repeat':
        this.#emitRepeat(piece.piece, piece.min, piece.max);
        return;
    }
  }

  #emitEither(branches: readonly Piece[]): void {
    const exits: number[] = [];
    branches.forEach((branch, index) => {
      if (index === branches.length - 1) {
        this.emit(branch);
        return;
      }
      const split = this.#reserve();
      this.emit(branch);
      exits.push(this.#reserve());
      this.#splitTo(split);
    });
    for (const exit of exits) this.out[exit] = { kind: 'jump', to: this.out.length };
  }

  #emitRepeat(piece: Piece, min: number, max: number): void {
    for (let count = 0; count < min; count += 1) this.emit(piece);
    if (max === Infinity) {
      const split = this.#reserve();
      this.emit(piece);
      this.out.push({ kind: 'jump', to: split });
      this.#splitTo(split);
      return;
    }
    const splits: number[] = [];
    for (let count = min; count < max; count += 1) {
      splits.push(this.#reserve());
      this.emit(piece);
    }
    for (const split of splits) this.#splitTo(split);
  }

  /** A place whose instruction is known later. */
  #reserve(): number {
    this.out.push({ kind: 'match' });
    return this.out.length - 1;
  }

  #splitTo(split: number): void {
    this.out[split] = { kind: 'split', first: split + 1, second: this.out.length };
  }
}
