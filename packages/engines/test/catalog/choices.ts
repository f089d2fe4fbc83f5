/** Commands that mostly meet the state, made of a few drawn numbers: what is drawn is small, what it becomes depends on the catalog. */
import { METADATA_GROUP, nodeOf } from '@flowmesh/base';
import type { GroupId, NodeId } from '@flowmesh/base';
import fc from 'fast-check';
import type { CatalogCommand, CatalogPartition, Reassignment } from '../../src/index.ts';
import { PLACEMENT_VERSION } from '../../src/index.ts';
import { group, member, node, type TestCatalog, today, uuid } from './cluster.ts';

const KINDS = [
  'register-node',
  'update-node',
  'replace-node',
  'replace-replica',
  'set-node-mode',
  'remove-node',
  'create-stream',
  'delete-stream',
  'alter-stream',
  'add-partitions',
  'set-replication-factor',
  'allocate-producer-ids',
  'move-replicas',
  'cancel-moves',
  'finish-move',
  'recover-group',
  'set-metadata-voters',
  'start-rebalance',
  'finish-rebalance',
  'cancel-rebalance',
  'create-join-token',
  'revoke-join-token',
  'set-config',
  'finalise-features',
] as const satisfies readonly CatalogCommand['kind'][];

export interface Choice {
  readonly kind: (typeof KINDS)[number];
  readonly request: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly flag: boolean;
}

const small = fc.nat({ max: 30 });

/** Moves and their ends come more often than the rest. */
export const choices: fc.Arbitrary<readonly Choice[]> = fc.array(
  fc.record({
    kind: fc.oneof(
      fc.constantFrom(...KINDS),
      fc.constantFrom<Choice['kind'][]>(
        'move-replicas',
        'cancel-moves',
        'finish-move',
        'replace-replica',
        'create-stream',
      ),
    ),
    // Few enough to be repeated now and then.
    request: fc.nat({ max: 400 }),
    a: small,
    b: small,
    c: small,
    flag: fc.boolean(),
  }),
  { minLength: 40, maxLength: 80 },
);

export function commandOf(catalog: TestCatalog, choice: Choice): CatalogCommand {
  const { kind, a, b, c, flag } = choice;
  const common = { requestId: `r${choice.request}`, timeMs: 1_000 + a, ...(flag ? { by: 'op' } : {}) };
  switch (kind) {
    case 'register-node':
      return { kind, ...common, ...today(10 + (a % 8)) };
    case 'update-node':
      return { kind, ...common, node: someNode(catalog, a), ...today(flag ? 1 + (a % 3) : b) };
    case 'replace-node':
      return { kind, ...common, oldNode: someNode(catalog, a), ...today(10 + (b % 10)) };
    case 'set-node-mode': {
      const mode = (['normal', 'draining', 'decommissioning'] as const)[b % 3] ?? 'normal';
      return { kind, ...common, node: someNode(catalog, a), mode, force: flag };
    }
    case 'remove-node':
      return { kind, ...common, node: someNode(catalog, a), force: flag && b % 3 === 0 };
    case 'create-stream':
    case 'delete-stream':
    case 'alter-stream':
    case 'add-partitions':
    case 'set-replication-factor':
    case 'allocate-producer-ids':
      return streamCommand(catalog, { ...choice, kind }, common);
    case 'replace-replica':
    case 'move-replicas':
    case 'cancel-moves':
    case 'finish-move':
    case 'recover-group':
    case 'set-metadata-voters':
      return groupCommand(catalog, { ...choice, kind }, common);
    case 'start-rebalance':
    case 'finish-rebalance':
    case 'cancel-rebalance':
      return {
        kind,
        ...common,
        id: kind === 'start-rebalance' ? `b${b}` : (catalog.machine.rebalance()?.id ?? 'x'),
      };
    case 'create-join-token':
      return {
        kind,
        ...common,
        id: b.toString(16).padStart(16, '0'),
        secretHash: c.toString(16).padStart(64, '0'),
        expiresAtMs: common.timeMs + c,
        usesMax: 1 + c,
        description: '',
      };
    case 'revoke-join-token':
      return { kind, ...common, id: b.toString(16).padStart(16, '0') };
    case 'set-config': {
      const key = ['log.level', 'repair.delay.ms', 'move.concurrency.per.node'][b % 3] ?? '';
      return { kind, ...common, scope: flag ? 'cluster' : `node:${a}`, set: { [key]: `${c}` }, unset: [] };
    }
    case 'finalise-features':
      return { kind, ...common, level: 1 + (a % 4) };
  }
}

type StreamKind = Extract<
  Choice['kind'],
  | 'create-stream'
  | 'delete-stream'
  | 'alter-stream'
  | 'add-partitions'
  | 'set-replication-factor'
  | 'allocate-producer-ids'
>;

function streamCommand(
  catalog: TestCatalog,
  { kind, a, b, c, flag }: Choice & { readonly kind: StreamKind },
  common: { readonly requestId: string; readonly timeMs: number },
): CatalogCommand {
  const streams = catalog.machine.streams();
  const stream = streams[a % Math.max(1, streams.length)];
  const id = stream?.uuid ?? uuid(999);
  switch (kind) {
    case 'create-stream': {
      const replicationFactor = 1 + (c % 3);
      const placement = Array.from({ length: 1 + (b % 3) }, (_, i) =>
        someNodes(catalog, a + i, replicationFactor),
      );
      const name = `s${a % 6}`;
      const resource = ([undefined, 'queue', 'bucket', 'coordinator'] as const)[(b + c) % 4];
      const placed = { placement, placementVersion: PLACEMENT_VERSION };
      return {
        kind,
        ...common,
        uuid: uuid(2_000 + catalog.index),
        name,
        replicationFactor,
        config: {},
        ...placed,
        ...(resource === undefined ? {} : { resource }),
      };
    }
    case 'delete-stream':
      return { kind, ...common, uuid: id };
    case 'alter-stream':
      return { kind, ...common, uuid: id, set: { 'min.insync.replicas': `${1 + (b % 3)}` }, unset: [] };
    case 'add-partitions': {
      const count = (stream?.groups.length ?? 0) + 1;
      const placement = [someNodes(catalog, b, stream?.replicationFactor ?? 1)];
      return { kind, ...common, uuid: id, count, placement, placementVersion: PLACEMENT_VERSION };
    }
    case 'set-replication-factor': {
      const replicationFactor = 1 + (c % 3);
      const assignments = (stream?.groups ?? [group(1)]).map((one, i) =>
        reassignment(catalog, { id: one, shift: b + i, size: replicationFactor }),
      );
      return { kind, ...common, uuid: id, replicationFactor, assignments };
    }
    case 'allocate-producer-ids':
      return { kind, ...common, count: flag ? 1 : 1 + a };
  }
}

type GroupKind = Extract<
  Choice['kind'],
  | 'replace-replica'
  | 'move-replicas'
  | 'cancel-moves'
  | 'finish-move'
  | 'recover-group'
  | 'set-metadata-voters'
>;

function groupCommand(
  catalog: TestCatalog,
  { kind, a, b, c, flag }: Choice & { readonly kind: GroupKind },
  common: { readonly requestId: string; readonly timeMs: number },
): CatalogCommand {
  const partition = somePartition(catalog, a);
  const id = partition?.group ?? METADATA_GROUP;
  const wanted = [...(partition?.replicas ?? []), ...(partition?.learners ?? [])];
  const members = [...wanted, ...(partition?.move?.releasing ?? [])];
  const one = members[b % Math.max(1, members.length)] ?? member(1, 1);
  switch (kind) {
    case 'replace-replica':
      return { kind, ...common, group: id, member: one };
    case 'move-replicas': {
      const moves = [a, a + b].map((at, i) => {
        const { group: of, replicas = [] } = somePartition(catalog, at) ?? { group: group(1) };
        return reassignment(catalog, { id: of, shift: c + i, size: Math.max(1, replicas.length) });
      });
      // Repair and decommission take over moves in progress, the others do not.
      const reason = (['repair', 'decommission', 'manual', 'balance'] as const)[(a + b) % 4] ?? 'manual';
      return { kind, ...common, moves, reason, rebalance: flag && b % 4 === 0 };
    }
    case 'cancel-moves':
      return { kind, ...common, groups: [id, group(b)] };
    case 'finish-move':
      return { kind, ...common, group: id, members: b % 5 === 0 ? members : wanted };
    case 'recover-group':
      return { kind, ...common, group: id, survivor: one, reason: '' };
    case 'set-metadata-voters':
      return { kind, ...common, voters: someNodes(catalog, b, [1, 3, 5, 2][c % 4] ?? 1) };
  }
}

function somePartition(catalog: TestCatalog, at: number): CatalogPartition | undefined {
  const all = [...catalog.machine.partitions()];
  // The moving ones half of the time.
  const moving = [...catalog.machine.moving()];
  return at % 2 === 0 && moving.length > 0 ? moving[at % moving.length] : all[at % Math.max(1, all.length)];
}

function someNode(catalog: TestCatalog, at: number): NodeId {
  const all = catalog.machine.nodes();
  return all[at % Math.max(1, all.length)]?.id ?? node(1);
}

function someNodes(catalog: TestCatalog, at: number, count: number): readonly NodeId[] {
  const all = catalog.machine.activeNodes();
  const ids = all.map((_, i) => all[(i + at) % all.length]?.id ?? node(1));
  return ids.slice(0, Math.max(1, count));
}

function reassignment(
  catalog: TestCatalog,
  { id, shift, size }: { readonly id: GroupId; readonly shift: number; readonly size: number },
): Reassignment {
  const replicas = catalog.machine.partitionOfGroup(id)?.replicas ?? [];
  const from = replicas.map((one) => nodeOf(one));
  const keep = from.slice(0, shift % 3).filter((one) => catalog.machine.node(one)?.state === 'active');
  const others = someNodes(catalog, shift, 100).filter((one) => !keep.includes(one));
  return { group: id, from: from.length === 0 ? [node(1)] : from, to: [...keep, ...others].slice(0, size) };
}
