/**
 * One Receive stream that another node opened here: its first Hello is the handshake, later ones grant credit.
 *
 *   waiting for Hello ── accepted ──► serving ── ends, is cancelled ──► over
 *          └── refused, malformed, late ───────────────────────────────────┘
 */
import { FlowError, type Scheduler } from '@flowmesh/base';
import { flowmesh } from '@flowmesh/proto';
import {
  type Claim,
  checkCaller,
  featuresMaxOf,
  identityMetadata,
  type NodeIdentity,
  countOf,
  statusOf,
} from './handshake.ts';
import type { LinkClass } from './inbound-link.ts';
import type { TransportLimits } from './limits.ts';
import type { FrameSink } from './outbound-lane.ts';
import type { Peer } from './peer.ts';
import type { ReceiveCall } from './peer-listener.ts';

const { ConnectionClass } = flowmesh.internal.v1;
type Hello = Parameters<typeof claimOfHello>[0];

export interface ReceiveHost {
  readonly self: NodeIdentity;
  readonly limits: TransportLimits;
  readonly scheduler: Scheduler;
  peer(node: number): Peer | undefined;
  readonly letGo: (node: number) => FlowError | undefined;
  accepted(claim: Claim, linkClass: LinkClass): void;
  refused(claim: Claim, linkClass: LinkClass | undefined, error: FlowError): void;
}

function claimOfHello(hello: flowmesh.internal.v1.Hello): Claim {
  return {
    clusterId: hello.clusterId,
    node: hello.nodeId,
    uuid: hello.nodeUuid,
    session: hello.session,
    starts: countOf(hello.starts),
    recovered: countOf(hello.recovered),
    version: hello.protocolVersion,
    featuresMax: featuresMaxOf(hello.featuresMax),
    toNode: hello.toNodeId,
  };
}

function linkClassOf(hello: Hello): LinkClass | undefined {
  if (hello.class === ConnectionClass.CONTROL) return 'control';
  if (hello.class === ConnectionClass.APPEND) return 'append';
  return undefined;
}

interface Serving {
  readonly peer: Peer;
  readonly linkClass: LinkClass;
  readonly sink: FrameSink;
}

/** Serves the stream until it ends; everything after the return happens in its events. */
export function serveReceive(call: ReceiveCall, host: ReceiveHost): void {
  let serving: Serving | undefined;
  let over = false;
  const finish = (error?: FlowError): void => {
    if (over) return;
    over = true;
    timer.cancel();
    if (error !== undefined) call.emit('error', statusOf(error));
    serving?.peer.gone(serving.linkClass, serving.sink);
  };
  const timer = host.scheduler.after(host.limits.handshakeTimeoutMs, () => {
    finish(new FlowError('TIMEOUT', 'no Hello came'));
  });
  const sink: FrameSink = {
    write: (frame, written) => void call.write(frame, () => written()),
    end: (error) => finish(error),
  };
  const begin = (hello: Hello): void => {
    const claim = claimOfHello(hello);
    const peer = host.peer(claim.node);
    const refusal = checkCaller(claim, host.self, () => peer?.endpoint, host.letGo) ?? peer?.judge(claim);
    const linkClass = linkClassOf(hello);
    if (refusal !== undefined || peer === undefined) {
      const error = refusal ?? new FlowError('UNAVAILABLE', `node ${claim.node} is not known here`);
      host.refused(claim, linkClass, error);
      return finish(error);
    }
    if (linkClass === undefined)
      return finish(new FlowError('UNSUPPORTED', `connection class ${hello.class}`));
    timer.cancel();
    call.sendMetadata(identityMetadata(host.self));
    host.accepted(claim, linkClass);
    serving = { peer, linkClass, sink };
    peer.accept(linkClass, sink, { claim, creditBytes: hello.creditBytes });
  };
  call.on('data', (hello: Hello) => {
    if (over) return;
    // Negative or inexact credit is nonsense, and would stay in the sum for good.
    if (!Number.isSafeInteger(hello.creditBytes) || hello.creditBytes < 0) {
      return finish(new FlowError('INVALID_ARGUMENT', 'credit out of range'));
    }
    if (serving === undefined) begin(hello);
    else serving.peer.grant(serving.linkClass, serving.sink, hello.creditBytes);
  });
  call.on('cancelled', () => finish());
  call.on('error', () => finish());
  call.on('end', () => finish(new FlowError('CANCELLED', 'the receiver ended the stream')));
}
