/** Any value of a message in one version, as reading gives it: what the version lacks has its default. */
import fc from 'fast-check';
import type { Field, Fields, WireType } from '../../src/protocol/schema.ts';
import { defaultOf, isNullable, isPresent } from '../../src/protocol/schema.ts';

/** A byte order mark among them: it is a character like others. */
const anyCharacter = fc.constantFrom('a', '-', '0', '\u007f', '\u0080', 'é', '\ufeff', '漢', '\u{1f600}');
/** Short and long ones, and of more bytes than characters: each is written and read in a way of its own. */
const anyText = fc.oneof(
  fc.array(anyCharacter, { maxLength: 8 }).map((characters) => characters.join('')),
  fc.nat(12).map((length) => 'topic-names.'.slice(0, length)),
  fc.integer({ min: 40, max: 140 }).map((length) => 'x'.repeat(length)),
);
/** Below, at and above what is passed on as a chunk of its own. */
const anyBytes = fc
  .tuple(fc.constantFrom(0, 1, 7, 1023, 1024, 3000), fc.nat(255))
  .map(([length, byte]) => new Uint8Array(length).fill(byte));

export function anyMessage(fields: Fields, version: number): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(fields.map((one) => [one.name, anyField(one, version)])));
}

function anyField(one: Field, version: number): fc.Arbitrary<unknown> {
  if (!isPresent(one, version)) return fc.constant(defaultOf(one));
  const value = anyValue(one.type, version);
  const some = one.default === undefined ? value : fc.oneof(value, fc.constant(defaultOf(one)));
  return isNullable(one, version) ? fc.option(some, { nil: undefined, freq: 4 }) : notNull(some, one);
}

/** A null default of a field that may not be null yet cannot be sent. */
function notNull(some: fc.Arbitrary<unknown>, one: Field): fc.Arbitrary<unknown> {
  return one.default === null ? some.filter((value) => value !== undefined) : some;
}

function anyValue(type: WireType, version: number): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'bool':
      return fc.boolean();
    case 'i8':
      return fc.integer({ min: -0x80, max: 0x7f });
    case 'i16':
      return fc.integer({ min: -0x8000, max: 0x7fff });
    case 'i32':
      return fc.integer();
    case 'i64':
      return fc.maxSafeInteger();
    case 'uuid':
      return fc.uuid();
    case 'string':
      return anyText;
    case 'bytes':
    case 'records':
      return anyBytes;
    case 'array':
      return fc.array(anyValue(type.of, version), { maxLength: 3 });
    case 'struct':
      return anyMessage(type.fields, version);
  }
}
