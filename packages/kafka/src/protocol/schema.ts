/**
 * How a message of the Kafka protocol is written down: a list of fields, each with the versions it is in, the version from which it may
 * be null, its tag and its default. One list covers all versions; `compile-reader.ts` and `compile-writer.ts` make the code of one
 * version out of it, and the types of messages are inferred from it.
 *
 * - `since` / `until`: the first and last version that has the field. Where it is absent, reading gives the default and writing drops it.
 * - `nullable`: the first version in which the field may be null. Null on the wire is `undefined` here.
 * - `tag`: the field is not in the sequence but among the tagged fields, and left out while it has its default.
 * - `default`: what absence means; without it 0, false, '', the zero uuid, no bytes, no elements. `null` stands for null on the wire.
 */

/** Types of values on the wire, by what reads and writes them. */
export type WireType =
  | { readonly kind: 'bool' }
  | { readonly kind: 'i8' }
  | { readonly kind: 'i16' }
  | { readonly kind: 'i32' }
  | { readonly kind: 'i64' }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'string' }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'records' }
  | { readonly kind: 'array'; readonly of: WireType }
  | { readonly kind: 'struct'; readonly fields: Fields };

export interface FieldOptions<T> {
  readonly since?: number;
  readonly until?: number;
  readonly nullable?: number;
  readonly tag?: number;
  readonly default?: T | null;
}

/** `D` is what reading gives, `E` what writing takes, `Q` whether writing does without it. */
export interface Field<N extends string = string, D = unknown, E = unknown, Q extends boolean = boolean> {
  readonly name: N;
  readonly type: WireType;
  readonly since: number;
  readonly until: number;
  readonly nullableSince: number | undefined;
  readonly tag: number | undefined;
  /** As stated; undefined where nothing is. */
  readonly default: boolean | number | string | null | undefined;
  /** Never there: carries the types. */
  readonly types?: { readonly decoded: D; readonly encodable: E; readonly omissible: Q };
}

export type Fields = readonly Field[];

type TypesOf<F extends Field> = NonNullable<F['types']>;

/** What reading gives: every field, in every version. */
export type Decoded<Fs extends Fields> = {
  readonly [F in Fs[number] as F['name']]: TypesOf<F>['decoded'];
};

type OmissibleField<F extends Field> = F extends Field
  ? TypesOf<F>['omissible'] extends true
    ? F
    : never
  : never;
type RequiredField<F extends Field> = F extends Field
  ? TypesOf<F>['omissible'] extends true
    ? never
    : F
  : never;

/** What writing takes: fields that are nullable, tagged or have a stated default may be left out. */
export type Encodable<Fs extends Fields> = {
  readonly [F in RequiredField<Fs[number]> as F['name']]: TypesOf<F>['encodable'];
} & {
  readonly [F in OmissibleField<Fs[number]> as F['name']]?: TypesOf<F>['encodable'] | undefined;
};

/** A run of RecordBatches: read as one slice, written from as many pieces as there are. */
export type RecordsInput = Uint8Array | readonly Uint8Array[];

type Nullable<O, T> = O extends { readonly nullable: number } ? T | undefined : T;
type Omissible<O> = O extends
  | { readonly nullable: number }
  | { readonly tag: number }
  | { readonly default: unknown }
  ? true
  : false;
type FieldOf<N extends string, O, D, E = D> = Field<N, Nullable<O, D>, Nullable<O, E>, Omissible<O>>;
type NoOptions = Record<never, never>;

function field(
  name: string,
  type: WireType,
  options: FieldOptions<unknown>,
): Field<never, never, never, never> {
  return {
    name: name as never,
    type,
    since: options.since ?? 0,
    until: options.until ?? Number.POSITIVE_INFINITY,
    nullableSince: options.nullable,
    tag: options.tag,
    default: options.default as Field['default'],
  };
}

function fieldMaker<D, E = D>(
  type: WireType,
): <const N extends string, const O extends FieldOptions<D> = NoOptions>(
  name: N,
  options?: O,
) => FieldOf<N, O, D, E> {
  return (name, options) => field(name, type, options ?? {});
}

export const bool = fieldMaker<boolean>({ kind: 'bool' });
export const i8 = fieldMaker<number>({ kind: 'i8' });
export const i16 = fieldMaker<number>({ kind: 'i16' });
export const i32 = fieldMaker<number>({ kind: 'i32' });
/** Within ±2^53; anything else on the wire is malformed. */
export const i64 = fieldMaker<number>({ kind: 'i64' });
/** Lower-case text in the form 8-4-4-4-12. */
export const uuid = fieldMaker<string>({ kind: 'uuid' });
export const string = fieldMaker<string>({ kind: 'string' });
export const bytes = fieldMaker<Uint8Array>({ kind: 'bytes' });
export const records = fieldMaker<Uint8Array, RecordsInput>({ kind: 'records' });
export const i8s = fieldMaker<readonly number[]>({ kind: 'array', of: { kind: 'i8' } });
export const i32s = fieldMaker<readonly number[]>({ kind: 'array', of: { kind: 'i32' } });
export const i64s = fieldMaker<readonly number[]>({ kind: 'array', of: { kind: 'i64' } });
export const strings = fieldMaker<readonly string[]>({ kind: 'array', of: { kind: 'string' } });

/** One structure. */
export function struct<const N extends string, const Fs extends Fields>(
  name: N,
  fields: Fs,
): FieldOf<N, NoOptions, Decoded<Fs>, Encodable<Fs>>;
export function struct<const N extends string, const O extends FieldOptions<never>, const Fs extends Fields>(
  name: N,
  options: O,
  fields: Fs,
): FieldOf<N, O, Decoded<Fs>, Encodable<Fs>>;
export function struct(name: string, first: FieldOptions<never> | Fields, second?: Fields): Field {
  const [options, fields] = optionsAndFields(first, second);
  return field(name, { kind: 'struct', fields }, options);
}

/** Any number of structures. */
export function structs<const N extends string, const Fs extends Fields>(
  name: N,
  fields: Fs,
): FieldOf<N, NoOptions, readonly Decoded<Fs>[], readonly Encodable<Fs>[]>;
export function structs<const N extends string, const O extends FieldOptions<never>, const Fs extends Fields>(
  name: N,
  options: O,
  fields: Fs,
): FieldOf<N, O, readonly Decoded<Fs>[], readonly Encodable<Fs>[]>;
export function structs(name: string, first: FieldOptions<never> | Fields, second?: Fields): Field {
  const [options, fields] = optionsAndFields(first, second);
  return field(name, { kind: 'array', of: { kind: 'struct', fields } }, options);
}

function optionsAndFields(
  first: FieldOptions<never> | Fields,
  second: Fields | undefined,
): [FieldOptions<never>, Fields] {
  return second === undefined ? [{}, first as Fields] : [first as FieldOptions<never>, second];
}

export function isPresent(one: Field, version: number): boolean {
  return one.since <= version && version <= one.until;
}

export function isNullable(one: Field, version: number): boolean {
  return one.nullableSince !== undefined && one.nullableSince <= version;
}

export const ZERO_UUID = '00000000-0000-0000-0000-000000000000';
const NO_BYTES = new Uint8Array(0);
export const NO_ELEMENTS: readonly never[] = Object.freeze([]);

/** What a field is where nothing was sent. Structures and arrays among defaults are shared, and frozen. */
export function defaultOf(one: Field): unknown {
  if (one.default !== undefined) return one.default === null ? undefined : one.default;
  return emptyOf(one.type);
}

function emptyOf(type: WireType): unknown {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64':
      return 0;
    case 'uuid':
      return ZERO_UUID;
    case 'string':
      return '';
    case 'bytes':
    case 'records':
      return NO_BYTES;
    case 'array':
      return NO_ELEMENTS;
    case 'struct':
      return Object.freeze(defaultsOf(type.fields));
  }
}

export function defaultsOf(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(fields.map((one) => [one.name, defaultOf(one)]));
}
