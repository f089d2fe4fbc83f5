/**
 * The coordinator shards that this node leads, and which shard a name falls on: crc32c of the name, modulo their number, for consumer
 * groups and transactional ids alike. The number of shards never changes.
 */
import { crc32c, FlowError, type GroupId, utf8Encode } from '@flowmesh/base';
import {
  CoordinatorMachine,
  type CoordinatorAction,
  type CoordinatorReply,
  encodeCoordinatorCommand,
  qualifiedName,
} from '@flowmesh/engines';
import { COORDINATORS_NAME } from '../metadata/coordinators.ts';
import type { ServedShard } from '../shard/served-shard.ts';
import { ShardTable, type ShardTablePorts } from '../shard/shard-table.ts';

const EXPIRED_PER_COMMAND_MAX = 500;

export type CoordinatorShard = ServedShard<CoordinatorMachine>;

export function shardOf(name: string, shards: number): number {
  return crc32c(utf8Encode(name)) % shards;
}

export class CoordinatorShards {
  readonly table: ShardTable<CoordinatorMachine>;

  constructor(ports: ShardTablePorts) {
    this.table = new ShardTable<CoordinatorMachine>(ports, {
      noun: 'coordinator',
      qualified: (name) => qualifiedName('coordinator', name),
      is: (machine) => machine instanceof CoordinatorMachine,
      configure: (resource, timeMs) =>
        encodeCoordinatorCommand({
          kind: 'configure',
          revision: resource.changedRevision,
          config: resource.config,
          timeMs,
        }),
      expire: (timeMs) => encodeCoordinatorCommand({ kind: 'expire', max: EXPIRED_PER_COMMAND_MAX, timeMs }),
    });
  }

  /** Raft group of the shard that a name falls on; undefined while there are no coordinators. */
  groupFor(name: string): GroupId | undefined {
    const resource = this.table.resource(COORDINATORS_NAME);
    if (resource instanceof FlowError) return undefined;
    return resource.groups[shardOf(name, resource.groups.length)];
  }

  /** The shard that a name falls on. Throws NOT_LEADER or NO_LEADER where this node does not serve it. */
  shardFor(name: string): CoordinatorShard {
    const group = this.groupFor(name);
    if (group === undefined) {
      throw new FlowError('NO_LEADER', 'the coordinators of groups and transactions are not there yet', {
        hint: 'They are made when they are first looked for: call FindCoordinator.',
      });
    }
    return this.serving(group);
  }

  serving(group: GroupId): CoordinatorShard {
    const served = this.table.serving(group);
    if (served instanceof FlowError) throw served;
    return served;
  }
}

/** Proposes with the leader's time. Rejects with the machine's refusal, or as `ServedShard.propose` does. */
export async function proposeTo(
  shard: CoordinatorShard,
  action: CoordinatorAction,
  timeoutMs: number,
): Promise<CoordinatorReply> {
  const command = encodeCoordinatorCommand({ ...action, timeMs: shard.nowMs() });
  return (await shard.propose(command, timeoutMs)) as CoordinatorReply;
}
