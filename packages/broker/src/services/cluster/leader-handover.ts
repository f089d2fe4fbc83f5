/**
 * Leadership given to preferred leaders, wherever a partition is led: its leader is asked, whether that is this node or another. One
 * attempt each; what cannot be done now is told.
 */
import { EMPTY_BYTES, FlowError, NODE_ID_MAX, nodeId } from '@flowmesh/base';
import { ByteReader, ByteWriter } from '@flowmesh/base';
import type { LeaderCalls } from '../forward/leader-calls.ts';
import type { PartitionView } from '../metadata/partition-views.ts';
import type { Caller, ClusterOpsPort, Door } from '../ports.ts';
import { pass } from './admin-ports.ts';

export interface LeaderHandoverPorts {
  readonly door: Door;
  readonly ops: Pick<ClusterOpsPort, 'transferLeader'>;
  readonly calls: LeaderCalls;
}

export class LeaderHandover {
  private readonly ports: LeaderHandoverPorts;

  constructor(ports: LeaderHandoverPorts) {
    this.ports = ports;
    ports.calls.handle('leadership', async (group, payload, signal) => {
      await ports.ops.transferLeader(group, decodeTarget(payload), signal);
      return EMPTY_BYTES;
    });
  }

  /**
   * Resolves once the preferred leader leads. Rejects with PRECONDITION_FAILED (away, not in sync, draining), NO_LEADER, UNAVAILABLE,
   * TIMEOUT or CANCELLED.
   */
  async toPreferred(caller: Caller, view: PartitionView, signal: AbortSignal): Promise<void> {
    const { door, calls } = this.ports;
    pass(door, caller, 'cluster-admin', view.name);
    const [preferred] = view.replicas;
    if (preferred === undefined || view.leader === preferred) return;
    await calls.call('leadership', view.group, new ByteWriter(8).u64(preferred).finish(), signal);
  }
}

function decodeTarget(payload: Uint8Array): ReturnType<typeof nodeId> {
  const value = new ByteReader(payload).u64();
  if (value >= 1 && value <= NODE_ID_MAX) return nodeId(value);
  throw new FlowError('INVALID_ARGUMENT', `${value} is no id of a node`);
}
