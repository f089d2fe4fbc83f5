/** Whom a node takes for a member of its cluster: a node id belongs to one directory, for as long as it is active. */
import { METADATA_GROUP, nodeId } from '@flowmesh/base';
import { type CatalogCommand, CatalogMachine, encodeCommand } from '@flowmesh/engines';
import { expect, test } from 'vitest';
import { ClusterControl } from '../../src/cluster/cluster-control.ts';
import type { ClusterControlOptions } from '../../src/cluster/control-options.ts';
import { FakeReplicas, ManualTime, member, SILENT } from './fakes.ts';

const uuid = (id: number): string => `00000000-0000-4000-8000-00000000000${id}`;
const introduction = (id: number) => ({
  uuid: uuid(id),
  addresses: { peer: `h${id}:1`, grpc: `h${id}:2`, http: '' },
  rack: '',
});
const founders = [1, 2, 3].map((id) => ({ id: nodeId(id), ...introduction(id) }));

interface World {
  readonly control: ClusterControl;
  readonly run: (command: CatalogCommand) => void;
}

function world(): World {
  const time = new ManualTime();
  const replicas = new FakeReplicas(() => new CatalogMachine());
  const options: Pick<ClusterControlOptions, 'replicas' | 'clock' | 'scheduler' | 'log' | 'discovery'> = {
    replicas,
    clock: time,
    scheduler: time,
    log: SILENT,
    discovery: undefined,
  };
  // It is asked, not started: nothing else of its surroundings is touched.
  const control = new ClusterControl({
    ...options,
    record: { node: nodeId(1), uuid: uuid(1), clusterId: 'c', founders: [], peers: [] },
  } as unknown as ClusterControlOptions);
  const replica = replicas.add(METADATA_GROUP, member(1));
  const run = (command: CatalogCommand): void => {
    replica.propose([
      { command: encodeCommand(command), ack: 'applied', minDurable: 0, done: () => undefined },
    ]);
  };
  return { control, run };
}

const asks = (node: number | undefined, of: number) => ({
  clusterId: 'c',
  node: node === undefined ? undefined : nodeId(node),
  uuid: uuid(of),
  address: 'x:1',
});

test('a node is known by its id together with its directory, and not by either alone', () => {
  const { control, run } = world();
  run({ kind: 'init-cluster', requestId: 'init', timeMs: 1, clusterId: 'c', nodes: founders });
  expect(control.knows(asks(2, 2))).toBe(true);
  expect(control.knows(asks(2, 3))).toBe(false);
  expect(control.knows(asks(9, 2))).toBe(false);
  expect(control.knows(asks(undefined, 2))).toBe(false);
});

test('a node that was replaced is not known any more, its successor is', () => {
  const { control, run } = world();
  run({ kind: 'init-cluster', requestId: 'init', timeMs: 1, clusterId: 'c', nodes: founders });
  run({ kind: 'replace-node', requestId: 'new', timeMs: 2, oldNode: nodeId(2), ...introduction(8) });
  expect(control.knows(asks(2, 2))).toBe(false);
  expect(control.knows(asks(4, 8))).toBe(true);
});

test('without metadata nobody is known', () => {
  const { control } = world();
  expect(control.knows(asks(2, 2))).toBe(false);
});
