/** One line for each field of a message, ours and Kafka's alike, within the versions that we speak. */
import type { Field, Fields, WireType } from '../../src/protocol/schema.ts';
import type { DefinedField, Definition } from './definitions.ts';
import { versionsOf } from './definitions.ts';

type Range = readonly [first: number, last: number];

interface Row {
  readonly path: string;
  readonly type: string;
  readonly range: Range;
  readonly nullable: Range | undefined;
  readonly tag: number | undefined;
  readonly stated: unknown;
}

function overlap(a: Range, b: Range): Range | undefined {
  const range: Range = [Math.max(a[0], b[0]), Math.min(a[1], b[1])];
  return range[0] <= range[1] ? range : undefined;
}

function line(row: Row): string {
  const nullable = row.nullable === undefined ? '' : ` nullable ${row.nullable.join('–')}`;
  const tag = row.tag === undefined ? '' : ` tag ${row.tag}`;
  const stated = row.stated === undefined ? '' : ` default ${JSON.stringify(row.stated)}`;
  return `${row.path}: ${row.type} ${row.range.join('–')}${nullable}${tag}${stated}`;
}

const TYPES: Readonly<Record<string, string>> = {
  int8: 'i8',
  int16: 'i16',
  int32: 'i32',
  int64: 'i64',
};

export function definedRows(definition: Definition, versions: Range): string[] {
  const structs = new Map<string, readonly DefinedField[]>();
  for (const one of definition.commonStructs ?? []) structs.set(one.name, one.fields);
  const rows: string[] = [];
  const walk = (fields: readonly DefinedField[], path: string, within: Range): void => {
    for (const one of fields) {
      const range = overlap(versionsOf(one.versions) as Range, within);
      if (range === undefined) continue;
      const element = one.type.replace('[]', '');
      const suffix = one.type.startsWith('[]') ? '[]' : '';
      const inner = one.fields ?? structs.get(element);
      const name = `${path}${one.name.charAt(0).toLowerCase()}${one.name.slice(1)}`;
      const nullable = versionsOf(one.nullableVersions ?? 'none');
      if (one.taggedVersions !== undefined && one.taggedVersions !== one.versions) {
        throw new Error(`${one.name} is tagged in some of its versions only`);
      }
      rows.push(
        line({
          path: name,
          type: `${inner === undefined ? (TYPES[element] ?? element) : 'struct'}${suffix}`,
          range,
          nullable: nullable && overlap(nullable, range),
          tag: one.tag,
          stated: statedDefault(one),
        }),
      );
      if (inner !== undefined) walk(inner, `${name}${suffix}.`, range);
    }
  };
  walk(definition.fields, '', versions);
  return rows;
}

function statedDefault(one: DefinedField): unknown {
  const stated = one.default;
  if (stated === 'null') return null;
  if (typeof stated !== 'string' || one.type === 'string') return stated;
  return one.type === 'bool' ? stated === 'true' : Number(stated);
}

export function ourRows(fields: Fields, versions: Range): string[] {
  const rows: string[] = [];
  const walk = (inner: Fields, path: string, within: Range): void => {
    for (const one of inner) rowsOf(one, path, within);
  };
  const rowsOf = (one: Field, path: string, within: Range): void => {
    const range = overlap([one.since, one.until], within);
    if (range === undefined) throw new Error(`${path}${one.name} is in no version of what it is in`);
    const [element, suffix]: [WireType, string] =
      one.type.kind === 'array' ? [one.type.of, '[]'] : [one.type, ''];
    const name = `${path}${one.name}`;
    const nullable = one.nullableSince;
    rows.push(
      line({
        path: name,
        type: `${element.kind}${suffix}`,
        range,
        nullable: nullable === undefined ? undefined : overlap([nullable, Number.POSITIVE_INFINITY], range),
        tag: one.tag,
        stated: one.default,
      }),
    );
    if (element.kind === 'struct') walk(element.fields, `${name}${suffix}.`, range);
  };
  walk(fields, '', versions);
  return rows;
}
