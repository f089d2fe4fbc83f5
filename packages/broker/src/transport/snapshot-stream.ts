/**
 * A snapshot's chunks over a stream of their own: `serveSnapshot` at the source, `pullChunks` at the receiver. Back-pressure is
 * the stream's: the source reads on only when what it wrote has left, the receiver fetches as it consumes. A transfer
 * without progress is given up on both sides.
 */
import {
  FlowError,
  groupId,
  isFlowError,
  type MemberId,
  memberIdFrom,
  NODE_ID_MAX,
  type Scheduler,
} from '@flowmesh/base';
import { FRAME_HEADER_BYTES, type flowmesh, type PeerClient, sealFrame } from '@flowmesh/proto';
import type { SnapshotSource } from '@flowmesh/storage';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { checkAnswer, claimOf, errorOf, identityMetadata, type NodeIdentity } from './handshake.ts';
import type { TransportLimits } from './limits.ts';
import type { PeerEndpoint, SnapshotPull } from './transport.ts';

export type SnapshotCall = ServerWritableStream<flowmesh.internal.v1.PullSnapshotRequest, Buffer>;

function memberFromWire(value: number): MemberId {
  if (!Number.isSafeInteger(value) || value <= NODE_ID_MAX || value % (NODE_ID_MAX + 1) === 0) {
    throw new FlowError('INVALID_ARGUMENT', 'member id out of range');
  }
  return memberIdFrom(value);
}

/**
 * A pull as its request names it. The configuration does not travel: the source knows its own, and the receiver was told one
 * with the offer. Throws INVALID_ARGUMENT.
 */
export function pullFromWire(request: SnapshotCall['request']): SnapshotPull {
  const { groupId: group, index, term } = request;
  if (![group, index, term].every((value) => Number.isSafeInteger(value) && value >= 0)) {
    throw new FlowError('INVALID_ARGUMENT', 'group, index or term out of range');
  }
  const conf = { voters: [], votersOutgoing: [], learners: [], learnersNext: [], autoLeave: false };
  return {
    group: groupId(group),
    from: memberFromWire(request.fromMember),
    to: memberFromWire(request.toMember),
    meta: { index, term, conf, data: request.description },
  };
}

export interface ServeOptions {
  readonly call: SnapshotCall;
  readonly source: SnapshotSource;
  readonly limits: TransportLimits;
  readonly scheduler: Scheduler;
  readonly sent: (bytes: number) => void;
}

/** Sends all chunks. Rejects where the source fails, the receiver goes away or takes nothing for too long. Does not close the source. */
export async function serveSnapshot({ call, source, limits, scheduler, sent }: ServeOptions): Promise<void> {
  for (;;) {
    const chunk = await source.next(limits.snapshotChunkBytesMax);
    if (chunk === undefined) return;
    if (call.cancelled) throw new FlowError('CANCELLED', 'the receiver gave the snapshot up');
    const frame = new Uint8Array(FRAME_HEADER_BYTES + chunk.length);
    frame.set(chunk, FRAME_HEADER_BYTES);
    sent(chunk.length);
    if (!call.write(sealFrame(frame))) await drained(call, limits.snapshotIdleTimeoutMs, scheduler);
  }
}

async function drained(call: SnapshotCall, timeoutMs: number, scheduler: Scheduler): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const settle = (error?: FlowError): void => {
      timer.cancel();
      call.off('drain', onDrain);
      call.off('cancelled', onCancelled);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onDrain = (): void => settle();
    const onCancelled = (): void => settle(new FlowError('CANCELLED', 'the receiver gave the snapshot up'));
    const timer = scheduler.after(timeoutMs, () => {
      settle(new FlowError('TIMEOUT', `the receiver took nothing of the snapshot for ${timeoutMs} ms`));
    });
    call.on('drain', onDrain);
    call.on('cancelled', onCancelled);
    if (call.cancelled) onCancelled();
  });
}

export interface PullOptions {
  readonly client: PeerClient;
  readonly self: NodeIdentity;
  readonly peer: PeerEndpoint;
  readonly pull: SnapshotPull;
  readonly limits: TransportLimits;
  readonly scheduler: Scheduler;
  readonly received: (bytes: number) => void;
}

/** The chunks, in order. Throws FlowError: the source's own, IDENTITY_MISMATCH, TIMEOUT, CANCELLED (by `signal`), UNAVAILABLE. */
export async function* pullChunks(
  options: PullOptions,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const { client, self, peer, pull, limits, scheduler } = options;
  if (signal.aborted) throw cancelled();
  const request = {
    clusterId: self.clusterId,
    nodeId: self.node,
    groupId: pull.group,
    fromMember: pull.from,
    toMember: pull.to,
    index: pull.meta.index,
    term: pull.meta.term,
    description: pull.meta.data,
  };
  const call = client.pullSnapshot(request, identityMetadata(self, peer.node));
  let failure: FlowError | undefined;
  let verified = false;
  const stop = (error: FlowError): void => {
    failure ??= error;
    call.cancel();
  };
  const onAbort = (): void => stop(cancelled());
  signal.addEventListener('abort', onAbort, { once: true });
  call.on('metadata', (metadata) => {
    const refusal = checkAnswer(claimOf(metadata), self, peer);
    if (refusal === undefined) verified = true;
    else stop(refusal);
  });
  const chunks = (call as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const idle = scheduler.after(limits.snapshotIdleTimeoutMs, () => {
        stop(new FlowError('TIMEOUT', `no snapshot data for ${limits.snapshotIdleTimeoutMs} ms`));
      });
      const next = await chunks.next().finally(() => idle.cancel());
      if (failure !== undefined) throw failure;
      if (next.done === true) break;
      if (!verified)
        throw new FlowError('IDENTITY_MISMATCH', 'the peer sent a snapshot without saying who it is');
      options.received(next.value.length);
      yield next.value;
    }
  } catch (error) {
    throw failure ?? (isFlowError(error) ? error : errorOf(error as Error));
  } finally {
    signal.removeEventListener('abort', onAbort);
    call.cancel();
  }
}

function cancelled(): FlowError {
  return new FlowError('CANCELLED', 'fetching the snapshot was cancelled');
}
