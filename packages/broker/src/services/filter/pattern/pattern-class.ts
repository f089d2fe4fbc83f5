/** Sets of characters in patterns: [a-z], \d, \p{L}. */
import { anyCase } from './pattern-reader.ts';
import type { PatternReader } from './pattern-reader.ts';
import { isWordCharacter } from './pattern-program.ts';
import type { Accepts } from './pattern-program.ts';

export type Escape =
  | { readonly kind: 'character'; readonly codePoint: number }
  | { readonly kind: 'set'; readonly accepts: Accepts };

const CONTROLS: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7 };
const SETS: Readonly<Record<string, Accepts>> = {
  d: (point) => point >= 48 && point <= 57,
  w: isWordCharacter,
  s: (point) => point === 32 || (point >= 9 && point <= 10) || (point >= 12 && point <= 13),
};

/** What follows a backslash. */
export function parseEscape(reader: PatternReader): Escape {
  const codePoint = reader.next();
  const letter = String.fromCodePoint(codePoint);
  const control = CONTROLS[letter];
  if (control !== undefined) return { kind: 'character', codePoint: control };
  const set = SETS[letter.toLowerCase()];
  if (set !== undefined)
    return { kind: 'set', accepts: letter === letter.toLowerCase() ? set : (point) => !set(point) };
  if (letter === 'x') return { kind: 'character', codePoint: hexadecimal(reader) };
  if (letter === 'p' || letter === 'P') return { kind: 'set', accepts: property(reader, letter === 'P') };
  if (/[1-9]/.test(letter)) reader.fail('references to groups cannot be matched in linear time');
  if (/[A-Za-z0-9]/.test(letter)) reader.fail(`\\${letter} is not known`);
  return { kind: 'character', codePoint };
}

function hexadecimal(reader: PatternReader): number {
  const found = /^(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(reader.rest);
  const codePoint = found === null ? Number.NaN : Number.parseInt((found[1] ?? found[2]) as string, 16);
  if (!(codePoint <= 0x10ffff)) reader.fail('\\x is followed by two digits, or by a code point in braces');
  reader.skip((found as RegExpExecArray)[0].length);
  return codePoint;
}

/** \p{Lu}, \pL: the engine's own tables answer, one character at a time. */
function property(reader: PatternReader, negated: boolean): Accepts {
  const found = /^(?:([A-Z])|\{([A-Za-z_]{1,40})\})/.exec(reader.rest);
  const name = found?.[1] ?? found?.[2];
  const matcher = name === undefined ? undefined : propertyMatcher(name);
  if (found === null || matcher === undefined) return reader.fail('this class of characters is not known');
  reader.skip(found[0].length);
  return (point) => matcher.test(String.fromCodePoint(point)) !== negated;
}

function propertyMatcher(name: string): RegExp | undefined {
  for (const source of [`^\\p{${name}}$`, `^\\p{Script=${name}}$`]) {
    try {
      return new RegExp(source, 'u');
    } catch {
      // Not a name of this sort; the next one may be.
    }
  }
  return undefined;
}

/** What follows an opening bracket, with the closing one. */
export function parseClass(reader: PatternReader): Accepts {
  const negated = reader.take('^');
  const members: Accepts[] = [];
  for (let first = true; first || !reader.sees(']'); first = false) {
    if (reader.done) reader.fail('a ] is missing');
    if (reader.sees('[:')) reader.fail('write \\w, \\d, \\s or \\p{…} for named classes');
    members.push(member(reader));
  }
  reader.take(']');
  const inside: Accepts = (point) => members.some((accepts) => accepts(point));
  const cased = reader.flags.ignoreCase ? anyCase(inside) : inside;
  return negated ? (point) => !cased(point) : cased;
}

function member(reader: PatternReader): Accepts {
  const from = one(reader);
  if (from.kind === 'set') return from.accepts;
  if (!reader.sees('-') || reader.sees('-]')) return (point) => point === from.codePoint;
  reader.take('-');
  const to = one(reader);
  if (to.kind === 'set' || to.codePoint < from.codePoint)
    return reader.fail('a range goes from a lower character to a higher one');
  return (point) => point >= from.codePoint && point <= to.codePoint;
}

function one(reader: PatternReader): Escape {
  return reader.take('\\') ? parseEscape(reader) : { kind: 'character', codePoint: reader.next() };
}
