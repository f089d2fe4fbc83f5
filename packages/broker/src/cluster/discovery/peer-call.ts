/** One call to whoever listens for peers at an address: no identity in a cluster is needed, and the connection is closed afterwards. */
import { FlowError } from '@flowmesh/base';
import { PeerClient } from '@flowmesh/proto';
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { errorOf } from '../../transport/handshake.ts';

type Callback<Response> = (error: ServiceError | null, response?: Response) => void;

type Call<Response> = (
  client: PeerClient,
  metadata: Metadata,
  options: { readonly deadline: number },
  callback: Callback<Response>,
) => unknown;

/** Fails with what the other side said, or UNAVAILABLE or TIMEOUT where nobody answers in time. */
export async function callPeer<Response>(
  address: string,
  timeoutMs: number,
  call: Call<Response>,
): Promise<Response> {
  const client = new PeerClient(address, credentials.createInsecure(), {
    'grpc.enable_http_proxy': 0,
    'grpc.use_local_subchannel_pool': 1,
  });
  try {
    return await new Promise<Response>((resolve, reject) => {
      call(client, new Metadata(), { deadline: Date.now() + timeoutMs }, (error, response) => {
        if (error !== null) reject(errorOf(error));
        else if (response === undefined) reject(new FlowError('UNAVAILABLE', `empty answer of ${address}`));
        else resolve(response);
      });
    });
  } finally {
    client.close();
  }
}
