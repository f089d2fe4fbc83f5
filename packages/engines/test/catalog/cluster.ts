/** A catalog with its state, and commands with sensible defaults. */
import type { FlowError, GroupId, MemberId, NodeId } from '@flowmesh/base';
import { groupId, memberId, nodeId, nodeOf, replicaId } from '@flowmesh/base';
import type {
  CatalogCommand,
  CatalogReply,
  NodeIntroduction,
  PartitionMoveReason,
  Reply,
  ResourceKind,
} from '../../src/index.ts';
import { CatalogMachine, encodeCommand, FEATURES, PLACEMENT_VERSION } from '../../src/index.ts';
import { MemoryState } from '../memory-state.ts';

type Given<C> = C extends CatalogCommand
  ? Omit<C, 'requestId' | 'timeMs'> & { readonly requestId?: string; readonly timeMs?: number }
  : never;

export function uuid(n: number): string {
  return n.toString(16).padStart(32, '0');
}

export function introduction(n: number, rack = ''): NodeIntroduction {
  return { uuid: uuid(n), rack, addresses: { peer: `10.0.0.${n}:1`, grpc: `10.0.0.${n}:2`, http: '' } };
}

/** As a node of this build introduces itself. */
export function today(n: number, rack = ''): NodeIntroduction {
  return { ...introduction(n, rack), version: '1.2.3', features: FEATURES, capacityBytes: 1_000 };
}

export function node(n: number): NodeId {
  return nodeId(n);
}

export function group(n: number): GroupId {
  return groupId(n);
}

export function member(n: number, replica: number): MemberId {
  return memberId({ node: nodeId(n), replica: replicaId(replica) });
}

export class TestCatalog {
  machine = new CatalogMachine();
  readonly state = new MemoryState();
  index = 0;
  private requests = 0;

  /** With three nodes, 1 to 3, initialised at revision 1. */
  static initialised(): TestCatalog {
    const catalog = new TestCatalog();
    catalog.run({
      kind: 'init-cluster',
      clusterId: 'test',
      nodes: [1, 2, 3].map((n) => ({ id: nodeId(n), ...introduction(n) })),
    });
    return catalog;
  }

  /** Nodes 1 to `count`, at the highest feature level: the first three founded it at revision 1, each of the others took one more. */
  static modern(count = 3, config: Readonly<Record<string, string>> = {}): TestCatalog {
    const catalog = new TestCatalog();
    catalog.run({
      kind: 'init-cluster',
      clusterId: 'test',
      nodes: [1, 2, 3].map((n) => ({ id: nodeId(n), ...introduction(n) })),
      config,
      featureLevel: FEATURES.max,
    });
    for (let n = 4; n <= count; n++) catalog.done({ kind: 'register-node', ...today(n) });
    return catalog;
  }

  /** Where the replicas of the group are wanted, preferred leader first. */
  placed(id: number): readonly number[] {
    return (this.machine.partitionOfGroup(groupId(id))?.replicas ?? []).map((one) => nodeOf(one));
  }

  /** Finishes the group's move as its leader would. */
  finish(id: number): CatalogReply {
    const partition = this.machine.partitionOfGroup(groupId(id));
    const members = [...(partition?.replicas ?? []), ...(partition?.learners ?? [])];
    return this.done({ kind: 'finish-move', group: groupId(id), members });
  }

  /** A move of one group by hand from where it is. */
  move(id: number, to: readonly number[], reason: PartitionMoveReason = 'manual') {
    const from = this.placed(id).map((n) => nodeId(n));
    return {
      kind: 'move-replicas' as const,
      reason,
      moves: [{ group: groupId(id), from, to: to.map((n) => nodeId(n)) }],
    };
  }

  run(command: Given<CatalogCommand>): Reply {
    this.requests += 1;
    return this.apply(
      encodeCommand({
        requestId: `r${this.requests}`,
        timeMs: 1_000 + this.requests,
        ...command,
      } as CatalogCommand),
    );
  }

  /** The reply's value; fails where the command was refused. */
  done(command: Given<CatalogCommand>): CatalogReply {
    const reply = this.run(command);
    if (!reply.ok) throw reply.error;
    return reply.value as CatalogReply;
  }

  /** `ok` or the code of the refusal. */
  code(command: Given<CatalogCommand>): string {
    const reply = this.run(command);
    return reply.ok ? 'ok' : reply.error.code;
  }

  /** Why the command is refused. */
  error(command: Given<CatalogCommand>): FlowError {
    const reply = this.run(command);
    if (reply.ok) throw new Error(`${command.kind} was accepted`);
    return reply.error;
  }

  apply(bytes: Uint8Array): Reply {
    this.index += 1;
    return this.machine.apply({ index: this.index, term: 1 }, bytes, this.state).reply;
  }

  create(
    name: string,
    options: {
      readonly uuid?: string;
      readonly partitions?: number;
      readonly rf?: number;
      readonly requestId?: string;
      readonly resource?: Exclude<ResourceKind, 'stream'>;
    } = {},
  ) {
    const replicationFactor = options.rf ?? 3;
    const placement = placedInTurns(
      this.machine.activeNodes().map((one) => one.id),
      options.partitions ?? 1,
      replicationFactor,
    );
    return {
      kind: 'create-stream' as const,
      uuid: options.uuid ?? uuid(1_000 + this.index),
      name,
      replicationFactor,
      config: {},
      placement,
      placementVersion: PLACEMENT_VERSION,
      ...(options.requestId === undefined ? {} : { requestId: options.requestId }),
      ...(options.resource === undefined ? {} : { resource: options.resource }),
    };
  }

  async restart(): Promise<void> {
    this.machine = new CatalogMachine();
    await this.machine.load(this.state);
  }
}

/** Leaders go round; followers are the next nodes, further away with each round. */
function placedInTurns(nodes: readonly NodeId[], partitions: number, replicas: number): NodeId[][] {
  const others = nodes.length - 1;
  return Array.from({ length: partitions }, (_, turn) => {
    const shift = others < 1 ? 0 : Math.floor(turn / nodes.length) % others;
    const steps = Array.from({ length: replicas - 1 }, (_, i) => 1 + ((shift + i) % others));
    return [0, ...steps].map((step) => nodes[(turn + step) % nodes.length] as NodeId);
  });
}
