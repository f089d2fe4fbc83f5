/** What this node does for peers that call it: streams to receive on, snapshots, forwarded commands. Callers are checked first. */
import { FlowError, nodeOf, type Scheduler } from '@flowmesh/base';
import type { Metadata } from '@grpc/grpc-js';
import {
  type Claim,
  checkCaller,
  checkLevel,
  claimOf,
  identityMetadata,
  isLasting,
  type NodeIdentity,
} from './handshake.ts';
import type { ConnectionClass } from './inbound-link.ts';
import type { TransportLimits } from './limits.ts';
import type { Peer } from './peer.ts';
import type { ForwardCall, PeerAcceptor, ReceiveCall } from './peer-listener.ts';
import { serveReceive } from './receive-session.ts';
import type { RefusalLog } from './refusal-log.ts';
import { pullFromWire, type SnapshotCall, serveSnapshot } from './snapshot-stream.ts';
import type { TransportHandler } from './transport.ts';

export interface PeerServingOptions {
  readonly self: NodeIdentity;
  readonly limits: TransportLimits;
  readonly scheduler: Scheduler;
  readonly handler: Pick<TransportHandler, 'openSnapshot' | 'onForward'>;
  readonly refusals: RefusalLog;
  readonly peer: (node: number) => Peer | undefined;
  /** What a former node is told. */
  readonly letGo: (node: number) => FlowError | undefined;
  /** The feature level in force. */
  readonly level: () => number;
  readonly sentBulk: (bytes: number) => void;
}

export class PeerServing implements PeerAcceptor {
  private readonly options: PeerServingOptions;
  private snapshotsServed = 0;
  private forwardsServed = 0;

  constructor(options: PeerServingOptions) {
    this.options = options;
  }

  receive(call: ReceiveCall): void {
    const { self, limits, scheduler, peer, letGo } = this.options;
    serveReceive(call, {
      self,
      limits,
      scheduler,
      peer,
      letGo,
      refused: (claim, linkClass, error) => this.refused(claim, linkClass ?? 'control', error),
      accepted: (claim, linkClass) => {
        this.options.refusals.clear({ direction: 'incoming', node: claim.node, class: linkClass });
      },
    });
  }

  async pullSnapshot(call: SnapshotCall): Promise<void> {
    const { self, limits, scheduler, handler, sentBulk } = this.options;
    this.check(call.metadata, 'bulk');
    const pull = pullFromWire(call.request);
    if (nodeOf(pull.from) !== self.node || nodeOf(pull.to) !== claimOf(call.metadata).node) {
      throw new FlowError(
        'INVALID_ARGUMENT',
        'a snapshot is pulled by its receiver from the member that offered it',
      );
    }
    if (this.snapshotsServed >= limits.snapshotsServedMax) {
      throw new FlowError('OVERLOADED', `${this.snapshotsServed} snapshots are being sent already`);
    }
    this.snapshotsServed++;
    try {
      const source = await handler.openSnapshot(pull);
      try {
        call.sendMetadata(identityMetadata(self));
        await serveSnapshot({ call, source, limits, scheduler, sent: sentBulk });
      } finally {
        source.close();
      }
    } finally {
      this.snapshotsServed--;
    }
  }

  async forward(call: ForwardCall): Promise<Uint8Array> {
    const { limits, handler } = this.options;
    this.check(call.metadata, 'control');
    if (this.forwardsServed >= limits.forwardsMax) {
      throw new FlowError('OVERLOADED', `${this.forwardsServed} commands of other nodes are under way`);
    }
    this.forwardsServed++;
    try {
      return await handler.onForward(call.request.command);
    } finally {
      this.forwardsServed--;
    }
  }

  private check(metadata: Metadata, connectionClass: ConnectionClass): void {
    const claim = claimOf(metadata);
    const { self, peer, letGo } = this.options;
    const refusal =
      checkCaller(claim, self, (node) => peer(node)?.endpoint, letGo) ??
      checkLevel(claim, this.options.level());
    if (refusal === undefined) return;
    this.refused(claim, connectionClass, refusal);
    throw refusal;
  }

  private refused(claim: Claim, connectionClass: ConnectionClass, error: FlowError): void {
    const trouble = { direction: 'incoming', node: claim.node, class: connectionClass } as const;
    this.options.refusals.report(trouble, error, isLasting(error) ? 'warn' : 'info');
  }
}
