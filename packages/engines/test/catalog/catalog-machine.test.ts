import { AssertionError, utf8Encode } from '@flowmesh/base';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CatalogCommand } from '../../src/index.ts';
import { CATALOG_COMMAND_BYTES_MAX, CATALOG_VERSION, decodeCommand, encodeCommand } from '../../src/index.ts';
import { group, introduction, member, node, TestCatalog, uuid } from './cluster.ts';

const small = fc.integer({ min: 1, max: 8 });
const common = { requestId: fc.string({ minLength: 1, maxLength: 2 }), timeMs: fc.nat() };
const newcomer = small.map((n) => introduction(n + 10));
const nodeIds = small.map(node);
const members = fc.tuple(small, small).map(([n, replica]) => member(n, replica));

const command: fc.Arbitrary<CatalogCommand> = fc.oneof(
  fc
    .record({ kind: fc.constant('register-node' as const), ...common, who: newcomer })
    .map(({ who, ...rest }) => ({ ...rest, ...who })),
  fc
    .record({ kind: fc.constant('update-node' as const), ...common, node: nodeIds, who: newcomer })
    .map(({ who, ...rest }) => ({ ...rest, ...who })),
  fc
    .record({ kind: fc.constant('replace-node' as const), ...common, oldNode: nodeIds, who: newcomer })
    .map(({ who, ...rest }) => ({ ...rest, ...who })),
  fc.record({
    kind: fc.constant('replace-replica' as const),
    ...common,
    group: small.map((n) => group(n - 1)),
    member: members,
  }),
  fc.record({
    kind: fc.constant('create-stream' as const),
    ...common,
    uuid: small.map(uuid),
    name: fc.constantFrom('a', 'b', 'c', '?'),
    replicationFactor: fc.integer({ min: 1, max: 3 }),
    config: fc.constantFrom<Readonly<Record<string, string>>[]>(
      {},
      { 'retention.ms': '5' },
      { nonsense: '1' },
    ),
    placement: fc.array(fc.uniqueArray(nodeIds, { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 3,
    }),
    placementVersion: fc.constant(1),
  }),
  fc.record({ kind: fc.constant('delete-stream' as const), ...common, uuid: small.map(uuid) }),
  fc.record({ kind: fc.constant('allocate-producer-ids' as const), ...common, count: small }),
  fc.record({
    kind: fc.constant('finish-move' as const),
    ...common,
    group: small.map((n) => group(n - 1)),
    members: fc.uniqueArray(members, { maxLength: 4 }),
  }),
);

/** Commands that meet the state: moves are finished with what is wanted. */
function sharpen(catalog: TestCatalog, one: CatalogCommand): CatalogCommand {
  if (one.kind === 'finish-move') {
    const partition = catalog.machine.partitionOfGroup(one.group);
    return partition === undefined
      ? one
      : { ...one, members: [...partition.replicas, ...partition.learners] };
  }
  if (one.kind === 'replace-replica') {
    return { ...one, member: catalog.machine.partitionOfGroup(one.group)?.replicas[0] ?? one.member };
  }
  return one.kind === 'create-stream'
    ? { ...one, placement: one.placement.map((nodes) => nodes.slice(0, one.replicationFactor)) }
    : one;
}

function checkInvariants(catalog: TestCatalog, placed: Set<string>): void {
  const { machine } = catalog;
  for (const partition of machine.partitions()) {
    const nodes = partition.replicas.map((one) => one % 65_536);
    expect(new Set(nodes).size).toBe(nodes.length);
    for (const one of [...partition.replicas, ...partition.learners, ...(partition.move?.releasing ?? [])]) {
      expect(machine.isTombstoned(partition.group, one)).toBe(false);
      placed.add(`${partition.group}/${one}`);
    }
  }
  for (const { group: id, member: gone } of machine.tombstones())
    expect(placed.has(`${id}/${gone}`)).toBe(true);
  for (const stream of machine.streams()) {
    expect(machine.streamByName(stream.name)).toBe(stream);
    for (const id of stream.groups) expect(machine.partitionOfGroup(id)?.stream).toBe(stream.uuid);
  }
}

describe('any commands', () => {
  test('never throw, keep the invariants, and leave replicas equal, one that was loaded again after any of them included', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { maxLength: 50 }),
        fc.nat({ max: 50 }),
        async (commands, restartAt) => {
          const steady = TestCatalog.initialised();
          const restarted = TestCatalog.initialised();
          const placed = new Set<string>();
          checkInvariants(steady, placed);
          for (const [i, one] of commands.entries()) {
            if (i === restartAt) await restarted.restart();
            const bytes = encodeCommand(sharpen(steady, one));
            expect(JSON.stringify(restarted.apply(bytes))).toBe(JSON.stringify(steady.apply(bytes)));
            expect(restarted.machine.digest()).toBe(steady.machine.digest());
            checkInvariants(steady, placed);
          }
          expect(restarted.state.dump()).toBe(steady.state.dump());
          await restarted.restart();
          expect(restarted.machine.digest()).toBe(steady.machine.digest());
        },
      ),
      { numRuns: 150 },
    );
  });

  test('are decoded to what was encoded', () => {
    fc.assert(
      fc.property(command, (one) => {
        expect(decodeCommand(encodeCommand(one))).toEqual(one);
      }),
    );
  });

  test('that are refused write nothing', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        const catalog = TestCatalog.initialised();
        for (const one of commands) {
          const before = catalog.state.dump();
          if (!catalog.apply(encodeCommand(one)).ok) expect(catalog.state.dump()).toBe(before);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('bytes that are no command', () => {
  test('are refused, never thrown at', () => {
    const catalog = TestCatalog.initialised();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(catalog.apply(bytes).ok).toBe(false);
      }),
    );
  });

  test('nor is JSON of any shape', () => {
    const catalog = TestCatalog.initialised();
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(catalog.apply(utf8Encode(json)).ok).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  test('nor commands with any field of another type or range', () => {
    const values = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(-1, 0.5, 2 ** 53, 65_536, '__proto__', [[]], [[0]], { a: 1 }),
    );
    fc.assert(
      fc.property(command, fc.nat(), values, (one, at, value) => {
        const catalog = TestCatalog.initialised();
        const fields = Object.keys(one).filter((key) => key !== 'v');
        const changed = { v: 1, ...one, [fields[at % fields.length] ?? 'kind']: value };
        expect(typeof catalog.apply(utf8Encode(JSON.stringify(changed))).ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });

  test('are refused for their size before they are read', () => {
    expect(decodeCommand(new Uint8Array(CATALOG_COMMAND_BYTES_MAX + 1))).toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  test('a command of a later version stops the node instead of being skipped', () => {
    const catalog = TestCatalog.initialised();
    expect(() => catalog.apply(utf8Encode(`{"v":${CATALOG_VERSION + 1},"kind":"what"}`))).toThrow(
      AssertionError,
    );
  });
});
