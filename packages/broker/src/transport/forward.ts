/** A metadata command sent to another node, over its control connection. */
import { FlowError } from '@flowmesh/base';
import type { PeerClient } from '@flowmesh/proto';
import { errorOf, identityMetadata, type NodeIdentity } from './handshake.ts';
import type { TransportLimits } from './limits.ts';
import type { PeerEndpoint } from './transport.ts';

export interface ForwardOptions {
  readonly client: PeerClient;
  readonly self: NodeIdentity;
  readonly peer: PeerEndpoint;
  readonly command: Uint8Array;
  readonly limits: TransportLimits;
}

/** Rejects with the peer's FlowError, or UNAVAILABLE, TIMEOUT, CANCELLED; the command may then have been applied all the same. */
export async function forwardCommand(options: ForwardOptions, signal: AbortSignal): Promise<Uint8Array> {
  const { client, self, peer, command, limits } = options;
  const cancelled = (): FlowError => new FlowError('CANCELLED', 'the forwarded command was cancelled');
  if (signal.aborted) throw cancelled();
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      const request = { clusterId: self.clusterId, nodeId: self.node, command };
      const deadline = { deadline: Date.now() + limits.forwardTimeoutMs };
      const call = client.forward(
        request,
        identityMetadata(self, peer.node),
        deadline,
        (failure, response) => {
          if (response !== undefined && failure === null) resolve(response.reply);
          else reject(signal.aborted ? cancelled() : errorOf(failure ?? new Error('empty answer')));
        },
      );
      onAbort = () => call.cancel();
      signal.addEventListener('abort', onAbort, { once: true });
    });
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
