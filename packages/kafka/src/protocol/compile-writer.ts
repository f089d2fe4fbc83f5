/**
 * Makes the code that writes one version of a message: a tree of closures, built once. A value that is left out is null where the
 * version allows null, else the field's stated default; fields that the version lacks are dropped, as Kafka's brokers do for old clients.
 */
import { FlowError } from '@flowmesh/base';
import { MessageWriter } from './message-writer.ts';
import type { Field, Fields, RecordsInput, WireType } from './schema.ts';
import { defaultOf, isNullable, isPresent } from './schema.ts';

type Values = Readonly<Record<string, unknown>>;
type WriteValue = (writer: MessageWriter, value: unknown) => void;

interface Form {
  readonly version: number;
  readonly flexible: boolean;
}

/** Writes a structure; `label` is its way from the top of the message, for errors. */
export function structWriter(
  fields: Fields,
  form: Form,
  label = '',
): (writer: MessageWriter, value: Values) => void {
  const present = fields.filter((one) => isPresent(one, form.version));
  const plain = present.filter((one) => one.tag === undefined);
  const names = plain.map((one) => one.name);
  const writes = plain.map((one) => fieldWriter(one, form, label));
  const count = names.length;
  const writeTags = form.flexible ? tagsWriter(present, form, label) : undefined;
  return (writer, value) => {
    for (let i = 0; i < count; i++) (writes[i] as WriteValue)(writer, value[names[i] as string]);
    if (writeTags !== undefined) writeTags(writer, value);
  };
}

/** Writes the tagged fields that are not at their default, in the order of their tags. */
function tagsWriter(
  present: Fields,
  form: Form,
  label: string,
): (writer: MessageWriter, value: Values) => void {
  const tagged = present
    .filter((one) => one.tag !== undefined)
    .sort((a, b) => (a.tag as number) - (b.tag as number))
    .map((one) => ({ field: one, tag: one.tag as number, write: fieldWriter(one, form, label) }));
  if (tagged.length === 0) return (writer) => writer.uvarint(0);
  return (writer, value) => {
    const sent = tagged.filter(({ field }) => !isDefault(field, value[field.name]));
    writer.uvarint(sent.length);
    for (const { field, tag, write } of sent) {
      const content = new MessageWriter(64);
      write(content, value[field.name]);
      writer.uvarint(tag);
      writer.uvarint(content.length);
      for (const chunk of content.finish()) writer.raw(chunk);
    }
  };
}

function isDefault(one: Field, value: unknown): boolean {
  if (value === undefined) return true;
  switch (one.type.kind) {
    case 'array':
      return one.default !== null && (value as readonly unknown[]).length === 0;
    case 'struct':
      return (
        one.default !== null &&
        one.type.fields.every((inner) => isDefault(inner, (value as Values)[inner.name]))
      );
    case 'bytes':
    case 'records':
      return one.default !== null && (value as Uint8Array).length === 0;
    case 'bool':
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64':
    case 'uuid':
    case 'string':
      return value === defaultOf(one);
  }
}

function fieldWriter(one: Field, form: Form, label: string): WriteValue {
  const nullable = isNullable(one, form.version);
  const write = valueWriter(one.type, form, `${label}${one.name}`, nullable);
  const writeNull = nullable ? nullWriter(one.type, form) : undefined;
  const substitute = one.tag === undefined ? one.default : defaultOf(one);
  return (writer, value) => {
    if (value !== undefined) write(writer, value);
    else if (writeNull !== undefined) writeNull(writer);
    else if (substitute !== undefined && substitute !== null) write(writer, substitute);
    else {
      throw new FlowError(
        'INVALID_ARGUMENT',
        `${label}${one.name} may not be left out of version ${form.version}`,
      );
    }
  };
}

function nullWriter(type: WireType, form: Form): (writer: MessageWriter) => void {
  switch (type.kind) {
    case 'string':
      return form.flexible ? (writer) => writer.uvarint(0) : (writer) => writer.i16(-1);
    case 'struct':
      return (writer) => writer.i8(-1);
    case 'bytes':
    case 'records':
    case 'array':
    case 'bool':
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64':
    case 'uuid':
      return form.flexible ? (writer) => writer.uvarint(0) : (writer) => writer.i32(-1);
  }
}

function valueWriter(type: WireType, form: Form, label: string, nullable: boolean): WriteValue {
  switch (type.kind) {
    case 'bool':
      return (writer, value) => writer.bool(value as boolean);
    case 'i8':
      return (writer, value) => writer.i8(value as number);
    case 'i16':
      return (writer, value) => writer.i16(value as number);
    case 'i32':
      return (writer, value) => writer.i32(value as number);
    case 'i64':
      return (writer, value) => writer.i64(value as number);
    case 'uuid':
      return (writer, value) => writer.uuid(value as string);
    case 'string':
      return stringWriter(form);
    case 'bytes':
    case 'records':
      return bytesWriter(form);
    case 'array':
      return arrayWriter(type.of, form, label);
    case 'struct': {
      const write = structWriter(type.fields, form, `${label}.`);
      if (!nullable) return write as WriteValue;
      return (writer, value) => {
        writer.i8(1);
        write(writer, value as Values);
      };
    }
  }
}

function stringWriter(form: Form): WriteValue {
  const { flexible } = form;
  return (writer, value) => writer.string(value as string, flexible);
}

function bytesWriter(form: Form): WriteValue {
  const { flexible } = form;
  return (writer, value) => {
    const pieces = value as RecordsInput;
    const length = pieces instanceof Uint8Array ? pieces.length : totalBytes(pieces);
    if (flexible) writer.uvarint(length + 1);
    else writer.i32(length);
    if (pieces instanceof Uint8Array) writer.raw(pieces);
    else for (const piece of pieces) writer.raw(piece);
  };
}

function totalBytes(pieces: readonly Uint8Array[]): number {
  let sum = 0;
  for (const piece of pieces) sum += piece.length;
  return sum;
}

function arrayWriter(of: WireType, form: Form, label: string): WriteValue {
  const { flexible } = form;
  const element = valueWriter(of, form, `${label}[]`, false);
  return (writer, value) => {
    const values = value as readonly unknown[];
    if (flexible) writer.uvarint(values.length + 1);
    else writer.i32(values.length);
    if (of.kind === 'i32') writer.i32s(values as readonly number[]);
    else for (const one of values) element(writer, one);
  };
}
