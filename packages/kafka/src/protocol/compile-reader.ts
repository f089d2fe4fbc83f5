/**
 * Makes the code that reads one version of a message: a tree of closures, built once, in which nothing about versions is left to decide.
 * A field that the version lacks has its default, so that an object has the same shape in every version. Counts are compared with the
 * bytes that remain before anything is made for them.
 */
import type { MessageReader } from './message-reader.ts';
import type { Field, Fields, WireType } from './schema.ts';
import { defaultsOf, isNullable, isPresent, NO_ELEMENTS } from './schema.ts';

export type Read = (reader: MessageReader) => unknown;

interface Form {
  readonly version: number;
  readonly flexible: boolean;
}

/** Reads a structure; `label` is its way from the top of the message, for errors. */
export function structReader(fields: Fields, form: Form, label = ''): Read {
  const present = fields.filter((one) => isPresent(one, form.version));
  const plain = present.filter((one) => one.tag === undefined);
  const names = plain.map((one) => one.name);
  const reads = plain.map((one) => fieldReader(one, form, label));
  const count = names.length;
  const template = defaultsOf(fields);
  const readTags = form.flexible ? tagsReader(present, form, label) : undefined;
  return (reader) => {
    const out = { ...template };
    for (let i = 0; i < count; i++) out[names[i] as string] = (reads[i] as Read)(reader);
    if (readTags !== undefined) readTags(reader, out);
    return out;
  };
}

/** Reads the tagged fields at the end of a structure; unknown ones are passed over. */
function tagsReader(
  present: Fields,
  form: Form,
  label: string,
): (reader: MessageReader, out: Record<string, unknown>) => void {
  const known = new Map(
    present
      .filter((one) => one.tag !== undefined)
      .map((one) => [one.tag, { name: one.name, read: fieldReader(one, form, label) }]),
  );
  return (reader, out) => {
    const count = reader.uvarint();
    // A tag and a size take two bytes.
    if (count * 2 > reader.remaining) {
      throw reader.malformed(`${count} tagged fields in ${reader.remaining} bytes`);
    }
    for (let i = 0; i < count; i++) {
      const tag = reader.uvarint();
      const size = reader.uvarint();
      const one = known.get(tag);
      if (one === undefined) {
        reader.skip(size);
        continue;
      }
      if (size > reader.remaining) throw reader.malformed(`${size} bytes wanted, ${reader.remaining} left`);
      const from = reader.position;
      out[one.name] = one.read(reader);
      const taken = reader.position - from;
      if (taken !== size) {
        throw reader.malformed(`${label}${one.name} states ${size} bytes and takes ${taken}`);
      }
    }
  };
}

function fieldReader(one: Field, form: Form, label: string): Read {
  return valueReader(one.type, form, `${label}${one.name}`, isNullable(one, form.version));
}

function valueReader(type: WireType, form: Form, label: string, nullable: boolean): Read {
  switch (type.kind) {
    case 'bool':
      return (reader) => reader.bool();
    case 'i8':
      return (reader) => reader.i8();
    case 'i16':
      return (reader) => reader.i16();
    case 'i32':
      return (reader) => reader.i32();
    case 'i64':
      return (reader) => reader.i64();
    case 'uuid':
      return (reader) => reader.uuid();
    case 'string':
      return stringReader(form, label, nullable);
    case 'bytes':
    case 'records':
      return bytesReader(form, label, nullable);
    case 'array':
      return arrayReader(type.of, form, label, nullable);
    case 'struct':
      return nullableStructReader(structReader(type.fields, form, `${label}.`), nullable);
  }
}

function stringReader(form: Form, label: string, nullable: boolean): Read {
  const { flexible } = form;
  return (reader) => {
    const length = flexible ? reader.compactLength() : reader.i16();
    if (length !== -1) return reader.text(length);
    if (nullable) return undefined;
    throw reader.malformed(`${label} is null`);
  };
}

function bytesReader(form: Form, label: string, nullable: boolean): Read {
  const { flexible } = form;
  return (reader) => {
    const length = flexible ? reader.compactLength() : reader.i32();
    if (length !== -1) return reader.slice(length);
    if (nullable) return undefined;
    throw reader.malformed(`${label} is null`);
  };
}

function arrayReader(of: WireType, form: Form, label: string, nullable: boolean): Read {
  const { flexible } = form;
  const element = valueReader(of, form, `${label}[]`, false);
  const elementBytes = Math.max(1, bytesMin(of, form, false));
  return (reader) => {
    const count = flexible ? reader.compactLength() : reader.i32();
    if (count === 0) return NO_ELEMENTS;
    if (count === -1 && nullable) return undefined;
    if (count < 0) throw reader.malformed(count === -1 ? `${label} is null` : `${label} counts ${count}`);
    if (count * elementBytes > reader.remaining) {
      throw reader.malformed(`${label} counts ${count} in ${reader.remaining} bytes`);
    }
    return of.kind === 'i32' ? reader.i32s(count) : elements(reader, element, count);
  };
}

function elements(reader: MessageReader, element: Read, count: number): unknown[] {
  const out: unknown[] = [];
  for (let i = 0; i < count; i++) out.push(element(reader));
  return out;
}

function nullableStructReader(read: Read, nullable: boolean): Read {
  if (!nullable) return read;
  return (reader) => (reader.i8() < 0 ? undefined : read(reader));
}

/** The fewest bytes that a value takes. */
function bytesMin(type: WireType, form: Form, nullable: boolean): number {
  switch (type.kind) {
    case 'bool':
    case 'i8':
      return 1;
    case 'i16':
      return 2;
    case 'i32':
      return 4;
    case 'i64':
      return 8;
    case 'uuid':
      return 16;
    case 'string':
      return form.flexible ? 1 : 2;
    case 'bytes':
    case 'records':
    case 'array':
      return form.flexible ? 1 : 4;
    case 'struct':
      return nullable ? 1 : structBytesMin(type.fields, form);
  }
}

function structBytesMin(fields: Fields, form: Form): number {
  let sum = form.flexible ? 1 : 0;
  for (const one of fields) {
    if (one.tag === undefined && isPresent(one, form.version)) {
      sum += bytesMin(one.type, form, isNullable(one, form.version));
    }
  }
  return sum;
}
