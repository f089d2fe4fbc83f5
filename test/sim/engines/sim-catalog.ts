/**
 * The metadata of a world of groups: the real catalog machine, alike on all nodes at once. Who replicates what is the operator's to say;
 * services ask the catalog for names, shards and configurations alone.
 */
import { type NodeId, nodeId } from '@flowmesh/base';
import {
  CatalogMachine,
  type CatalogCommand,
  type CatalogStream,
  encodeCommand,
  FEATURES,
  PLACEMENT_VERSION,
  qualifiedName,
  type Reply,
  type StateReader,
  type StateWriter,
} from '@flowmesh/engines';
import type { CatalogPort } from '../../../packages/broker/src/services/ports.ts';
import type { ResourceWish } from './workload.ts';

const NODES = 3;
const NO_STATE: StateReader & StateWriter = {
  get: async () => undefined,
  scan: async () => [],
  put: () => undefined,
  putLate: () => undefined,
  del: () => undefined,
};

export class SimCatalog implements CatalogPort {
  readonly machine = new CatalogMachine();
  private readonly nodes: readonly NodeId[];
  private index = 0;

  constructor() {
    this.nodes = Array.from({ length: NODES }, (_, i) => nodeId(i + 1));
    this.apply({
      kind: 'init-cluster',
      requestId: 'init',
      timeMs: 1,
      clusterId: 'simulated',
      nodes: this.nodes.map((id) => ({
        id,
        uuid: `00000000-0000-0000-0000-00000000000${id}`,
        addresses: { peer: `n${id}:1`, grpc: `n${id}:2`, http: '' },
        rack: '',
      })),
      featureLevel: FEATURES.max,
    });
  }

  propose(command: CatalogCommand): Promise<Reply> {
    return Promise.resolve(this.apply(command));
  }

  /** All nodes share one copy. */
  async catchUp(): Promise<void> {}

  create({ kind, name, shards, config }: ResourceWish): CatalogStream {
    const { machine, nodes } = this;
    const reply = this.apply({
      kind: 'create-stream',
      ...(kind === 'stream' ? {} : { resource: kind }),
      requestId: `create ${kind} ${name}`,
      timeMs: 1,
      uuid: `10000000-0000-0000-0000-${String(machine.revision).padStart(12, '0')}`,
      name,
      replicationFactor: NODES,
      config,
      placement: Array.from({ length: shards }, () => [...nodes]),
      placementVersion: PLACEMENT_VERSION,
    });
    if (!reply.ok) throw reply.error;
    const created = machine.streamByName(qualifiedName(kind, name));
    if (created === undefined) throw new Error(`${kind} ${name} was not created`);
    return created;
  }

  private apply(command: CatalogCommand): Reply {
    this.index++;
    return this.machine.apply({ index: this.index, term: 1 }, encodeCommand(command), NO_STATE).reply;
  }
}
