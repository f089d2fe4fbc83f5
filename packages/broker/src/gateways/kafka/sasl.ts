/** SaslHandshake and SaslAuthenticate. Every refusal of a login says the same, and the connection ends with it. */
import { SaslAuthenticate, SaslHandshake } from '@flowmesh/kafka/protocol';
import type { Frame } from '@flowmesh/kafka/protocol';
import type { FlowError } from '@flowmesh/base';
import type { ClientSession } from './client-session.ts';
import { asFlowError, refusal } from './errors.ts';
import { servedApi } from './served-api.ts';
import type { ServedApi } from './served-api.ts';

/** After version 0 the tokens are sent without being requests. */
const REQUESTS_SINCE = 1;

/** `onRefused` hears of every login that was refused. */
export function saslApis(onRefused: (error: FlowError, address: string) => void): readonly ServedApi[] {
  return [
    servedApi(SaslHandshake, async ({ mechanism }, { session, version }) => {
      const offered = session.handshake(mechanism, version < REQUESTS_SINCE);
      const refused = offered ? 0 : refusal('UNSUPPORTED_SASL_MECHANISM').errorCode;
      return { errorCode: refused, mechanisms: [...session.mechanisms] };
    }),
    servedApi(SaslAuthenticate, async ({ authBytes }, { session }) => {
      try {
        const { bytes, lifetimeMs } = await session.step(authBytes);
        return { errorCode: 0, errorMessage: undefined, authBytes: bytes, sessionLifetimeMs: lifetimeMs };
      } catch (thrown) {
        const error = asFlowError(thrown);
        onRefused(error, session.caller.address);
        const name =
          error.code === 'PRECONDITION_FAILED' ? 'ILLEGAL_SASL_STATE' : 'SASL_AUTHENTICATION_FAILED';
        return { ...refusal(name, error.message), authBytes: new Uint8Array(0) };
      }
    }),
  ];
}

/** A token that is no request, answered by one. Rejects where the login is refused: the connection ends. */
export async function rawStep(session: ClientSession, token: Uint8Array): Promise<Frame> {
  const { bytes } = await session.step(token);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setInt32(0, bytes.length);
  return { chunks: [length, bytes], bytes: length.length + bytes.length };
}
