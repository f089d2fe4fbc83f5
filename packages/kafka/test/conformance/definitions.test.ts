import { describe, expect, it } from 'vitest';
import {
  API_KEY,
  APIS,
  type Api,
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  type Message,
} from '../../src/protocol/index.ts';
import type { Fields } from '../../src/protocol/schema.ts';
import { type Definition, definitions, versionsOf } from './definitions.ts';
import { definedRows, ourRows } from './rows.ts';

const known = definitions();

/**
 * Where ours differs, and why: the folder has version 0 of these, which were of an early access; what later versions brought is taken
 * from Kafka 4.2. `-` is a line of the definition that ours lacks, `+` one that it has instead.
 */
const DEVIATIONS: Readonly<Record<string, readonly string[]>> = {
  ConsumerGroupDescribeResponse: ['+groups[].members[].memberType: i8 1–1 default -1'],
  ShareFetchRequest: [
    '+maxRecords: i32 1–2',
    '+batchSize: i32 1–2',
    '+shareAcquireMode: i8 2–2 default 0',
    '+isRenewAck: bool 2–2 default false',
    '-topics[].partitions[].partitionMaxBytes: i32 1–2',
  ],
  ShareFetchResponse: [
    '+acquisitionLockTimeoutMs: i32 1–2',
    '-responses[].partitions[].records: records 1–2 nullable 1–2',
    '+responses[].partitions[].records: records 1–2',
  ],
  ShareAcknowledgeRequest: ['+isRenewAck: bool 2–2 default false'],
  ShareAcknowledgeResponse: ['+acquisitionLockTimeoutMs: i32 2–2'],
};

function differences(definition: Definition, message: Message<Fields>): string[] {
  const { versions, flexible } = message.range;
  const theirs = definedRows(definition, versions);
  const ours = ourRows(message.fields, versions);
  const shared = theirs.filter((row) => ours.includes(row));
  expect(ours.filter((row) => theirs.includes(row))).toEqual(shared);
  expect(flexible).toBe(versionsOf(definition.flexibleVersions)?.[0]);
  return [
    ...theirs.filter((row) => !ours.includes(row)).map((row) => `-${row}`),
    ...ours.filter((row) => !theirs.includes(row)).map((row) => `+${row}`),
  ].sort();
}

/** Kafka 4.1 brought them, the folder is older; real clients speak them in `test/kafka`. */
const NEWER: ReadonlySet<string> = new Set([
  'AlterShareGroupOffsets',
  'DeleteShareGroupOffsets',
  'DescribeShareGroupOffsets',
]);

function definitionOf(name: string): Definition {
  const definition = known?.get(name);
  if (definition === undefined) throw new Error(`there is no definition of ${name}`);
  return definition;
}

function expectConformance(name: string, message: Message<never>): void {
  const found = differences(definitionOf(name), message as unknown as Message<Fields>);
  expect(found).toEqual([...(DEVIATIONS[name] ?? [])].sort());
}

describe.skipIf(known === undefined)('the messages are those of Apache Kafka', () => {
  it.each(APIS.filter(({ name }) => !NEWER.has(name)).map((one): [string, Api] => [one.name, one]))(
    '%s has the fields, order, types, versions, nulls, tags and defaults of its definition',
    (name, api) => {
      for (const direction of ['Request', 'Response'] as const) {
        const definition = definitionOf(`${name}${direction}`);
        expect(definition.apiKey).toBe(api.key);
        const message = direction === 'Request' ? api.request : api.response;
        expectConformance(definition.name, message as unknown as Message<never>);
      }
    },
  );

  it('the consumer protocol has the fields of its definition', () => {
    expectConformance(
      'ConsumerProtocolSubscription',
      ConsumerProtocolSubscription as unknown as Message<never>,
    );
    expectConformance('ConsumerProtocolAssignment', ConsumerProtocolAssignment as unknown as Message<never>);
  });

  it('API keys are those of the definitions', () => {
    const keys = Object.fromEntries(
      Object.keys(API_KEY)
        .filter((name) => !NEWER.has(name))
        .map((name) => [name, definitionOf(`${name}Request`).apiKey]),
    );
    expect(keys).toEqual(Object.fromEntries(Object.entries(API_KEY).filter(([name]) => !NEWER.has(name))));
  });
});
