import type { GroupId, MemberId, NodeId } from '@flowmesh/base';
import { METADATA_GROUP, nodeOf } from '@flowmesh/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CatalogCommand, CatalogPartition, WantedMember } from '../../src/index.ts';
import { decodeCommand, encodeCommand, qualifiedName } from '../../src/index.ts';
import { choices, commandOf } from './choices.ts';
import { TestCatalog } from './cluster.ts';

function wantedOf(partition: CatalogPartition): readonly MemberId[] {
  return [...partition.replicas, ...partition.learners];
}

function membersOf(partition: CatalogPartition): readonly MemberId[] {
  return [...wantedOf(partition), ...(partition.move?.releasing ?? [])];
}

/** Five nodes and two streams. */
function world(): TestCatalog {
  const catalog = TestCatalog.modern(5);
  catalog.done(catalog.create('wide', { partitions: 3 }));
  catalog.done(catalog.create('narrow', { partitions: 2, rf: 1 }));
  return catalog;
}

/** Every member that was ever placed, by group, and the stream of every group that ever was. */
interface History {
  readonly placed: Map<GroupId, Set<MemberId>>;
  readonly owners: Map<GroupId, string | undefined>;
}

/** What is wrong with a partition. Said in words, because there are very many of these checks. */
function* partitionFaults(
  catalog: TestCatalog,
  partition: CatalogPartition,
  history: History,
): Iterable<string> {
  const { machine } = catalog;
  const { group, stream, move } = partition;
  const members = membersOf(partition);
  if (new Set(members.map(nodeOf)).size !== members.length) yield `group ${group} is twice on a node`;
  if (!history.owners.has(group)) history.owners.set(group, stream);
  if (history.owners.get(group) !== stream) yield `group ${group} changed its stream`;
  const placed = history.placed.get(group) ?? new Set();
  history.placed.set(group, placed);
  for (const one of members) placed.add(one);
  // What was placed is wanted, on its way out, or given up, and never two of these at a time.
  for (const one of placed) {
    if (machine.isTombstoned(group, one) === members.includes(one))
      yield `member ${one} of group ${group} is ${members.includes(one) ? 'in use and given up' : 'lost'}`;
  }
  for (const one of move?.previous ?? [])
    if (!members.includes(one)) yield `group ${group} would go back to member ${one}, which is given up`;
  for (const one of move?.replacing ?? [])
    if (!wantedOf(partition).includes(one)) yield `member ${one} replaces another and is not wanted`;
  if (partition.recovery !== undefined && move === undefined) yield `recovery of group ${group} is left over`;
}

function* indexFaults(catalog: TestCatalog): Iterable<string> {
  const { machine } = catalog;
  const partitions = [...machine.partitions()];
  const moving = partitions.filter((one) => one.move !== undefined);
  if (!same([...machine.moving()], moving)) yield 'other partitions move than are listed';
  const metadata = partitions.find((one) => one.group === METADATA_GROUP);
  const seated = new Set(metadata === undefined ? [] : wantedOf(metadata).map(nodeOf));
  for (const node of machine.nodes()) {
    if (!same(machine.membersWanted(node.id), wantedAt(partitions, node.id)))
      yield `other replicas are wanted of node ${node.id} than are listed`;
    if (machine.nodeByUuid(node.uuid) !== node) yield `node ${node.id} is not found by its uuid`;
    if (node.state === 'active' && !seated.has(node.id))
      yield `node ${node.id} is no member of the metadata group`;
  }
  for (const stream of machine.streams()) {
    if (machine.streamByName(qualifiedName(stream.kind, stream.name)) !== stream)
      yield `${stream.kind} ${stream.name} is not found by its qualified name`;
    if (machine.resource(stream.kind, stream.name) !== stream)
      yield `${stream.kind} ${stream.name} is not found by its name`;
    for (const [i, group] of stream.groups.entries()) {
      const partition = machine.partitionOfGroup(group);
      if (partition?.stream !== stream.uuid || partition.partition !== i)
        yield `stream ${stream.name} has another partition ${i}`;
      if (machine.machineKindOf(group) !== stream.kind)
        yield `${stream.kind} ${stream.name} has a group with another machine`;
    }
  }
}

/** Every replica wanted of the node, found by looking at all. */
function wantedAt(partitions: readonly CatalogPartition[], node: NodeId): readonly WantedMember[] {
  return partitions.flatMap((partition) =>
    membersOf(partition)
      .filter((one) => nodeOf(one) === node)
      .map((one) => ({
        group: partition.group,
        member: one,
        initial: partition.initial.includes(one) ? partition.initial : [],
        releasing: partition.move?.releasing.includes(one) ?? false,
      })),
  );
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function keyOf(command: CatalogCommand): string {
  const resource = command.kind === 'create-stream' ? command.resource : undefined;
  return resource === undefined ? command.kind : `${command.kind} ${resource}`;
}

function faultsOf(catalog: TestCatalog, history: History): readonly string[] {
  const partitions = [...catalog.machine.partitions()];
  return [
    ...partitions.flatMap((partition) => [...partitionFaults(catalog, partition, history)]),
    ...indexFaults(catalog),
  ];
}

test('any commands keep the invariants, refusals change nothing, and a copy that was loaded again is the same', async () => {
  const accepted = new Set<string>();
  await fc.assert(
    fc.asyncProperty(choices, fc.nat({ max: 80 }), async (drawn, restartAt) => {
      const steady = world();
      const restarted = world();
      const history: History = { placed: new Map(), owners: new Map() };
      for (const [i, choice] of drawn.entries()) {
        if (i === restartAt) await restarted.restart();
        const command = commandOf(steady, choice);
        const bytes = encodeCommand(command);
        expect(decodeCommand(bytes)).toEqual(command);
        const before = steady.machine.digest();
        const written = steady.state.writes;
        const preview = steady.machine.preview(command);
        const reply = steady.apply(bytes);
        expect(JSON.stringify(restarted.apply(bytes))).toBe(JSON.stringify(reply));
        expect(restarted.machine.digest()).toBe(steady.machine.digest());
        if (reply.ok) accepted.add(keyOf(command));
        else {
          expect(preview).toMatchObject({ code: reply.error.code });
          expect(steady.machine.digest()).toBe(before);
          expect(steady.state.writes).toBe(written);
        }
        expect(faultsOf(steady, history)).toEqual([]);
      }
      expect(restarted.state.dump()).toBe(steady.state.dump());
      await restarted.restart();
      expect(restarted.machine.digest()).toBe(steady.machine.digest());
      expect(restarted.machine.nodes()).toEqual(steady.machine.nodes());
      expect([...restarted.machine.partitions()]).toEqual([...steady.machine.partitions()]);
      expect([...restarted.machine.audit()]).toEqual([...steady.machine.audit()]);
    }),
    { numRuns: 30, endOnFailure: true },
  );
  // The draws meet the state: nearly every kind of command was accepted somewhere.
  expect(accepted.size).toBeGreaterThan(18);
  for (const kind of ['queue', 'bucket', 'coordinator']) expect(accepted).toContain(`create-stream ${kind}`);
});
