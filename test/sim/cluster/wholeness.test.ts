/** What the end of a run counts as a whole cluster. */
import { METADATA_GROUP, must } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { node, TestCatalog } from '../../../packages/engines/test/catalog/cluster.ts';
import { Model, type ReplicaModel } from '../check/model.ts';
import type { SimNode } from '../world/sim-node.ts';
import type { ClusterProcess } from './cluster-process.ts';
import { troubleOf, type WholeWorld } from './wholeness.ts';

/** Three machines with a node each and the same copy of the metadata, which are the only group; node 1 leads. */
function worldOf({ machine: catalog }: TestCatalog): WholeWorld {
  const { replicas: voters, learners } = must(catalog.partitionOfGroup(METADATA_GROUP), 'it is always there');
  const conf = { voters, learners, votersOutgoing: [], learnersNext: [] };
  const model = new Model();
  const behindNothing = { durable: { last: 0 } } as unknown as ReplicaModel;
  for (const member of [...voters, ...learners])
    model.group(METADATA_GROUP).replicas.set(member, behindNothing);
  const machines = [1, 2, 3].map((id) => {
    const replica = {
      serving: id === 1,
      term: 1,
      machine: catalog,
      member: voters[0],
      status: () => ({ conf }),
    };
    const process = {
      name: `m${id}`,
      node: node(id),
      control: {},
      replicas: { get: () => replica, all: () => [] },
    };
    return { name: `m${id}`, shadow: false, process } as unknown as SimNode<ClusterProcess>;
  });
  return {
    model,
    nodes: () => machines,
    processes: () => machines.map(({ process }) => must(process, 'every machine is up')),
  };
}

describe('a cluster', () => {
  it('is whole where every machine has its place', () => {
    expect(troubleOf(worldOf(TestCatalog.modern()))).toBeUndefined();
  });

  // Cluster seed 100 was called whole in the 12 ms in which a removed node was started once more, and judged while the
  // machine's next node had an empty copy of the metadata.
  it('is not whole while the process of a removed node runs', () => {
    const catalog = TestCatalog.modern();
    catalog.done({ kind: 'remove-node', node: node(3), force: true });
    expect(troubleOf(worldOf(catalog))).toBe('m3 is node 3, which is removed');
  });
});
