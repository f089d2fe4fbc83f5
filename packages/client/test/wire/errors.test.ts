import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { google } from '@flowmesh/proto';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import {
  connectionFailed,
  fromCallFailure,
  fromErrorMessage,
  outcomeUnknown,
  unavailable,
} from '../../src/wire/errors.ts';

function serviceError(code: status, details: string, packed?: Uint8Array): ServiceError {
  const metadata = new Metadata();
  if (packed !== undefined) metadata.set('grpc-status-details-bin', Buffer.from(packed));
  return Object.assign(new Error(details), { code, details, metadata });
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function packedInfo(reason: string, metadata: Record<string, string>): Uint8Array {
  return google.rpc.Status.encode({
    code: 14,
    message: 'm',
    details: [
      {
        typeUrl: 'type.googleapis.com/google.rpc.ErrorInfo',
        value: google.rpc.ErrorInfo.encode({ reason, domain: 'flowmesh', metadata }).finish(),
      },
      {
        typeUrl: 'type.googleapis.com/google.rpc.Help',
        value: google.rpc.Help.encode({ links: [{ description: 'Do this.', url: '' }] }).finish(),
      },
    ],
  }).finish();
}

describe('errors of the wire', () => {
  it('keep code, hint, retryability and facts of google.rpc details', () => {
    const packed = packedInfo('NOT_LEADER', { leader: 'a:1', leaderNode: '2', retryable: 'true' });
    expect(fromCallFailure(serviceError(status.UNAVAILABLE, 'm', packed), 'x:1')).toMatchObject({
      code: 'NOT_LEADER',
      message: 'm',
      hint: 'Do this.',
      retryable: true,
      details: { leader: 'a:1', leaderNode: '2' },
    });
    const final = packedInfo('UNAVAILABLE', { retryable: 'false' });
    expect(fromCallFailure(serviceError(status.UNAVAILABLE, 'm', final), 'x:1')).toMatchObject({
      retryable: false,
    });
  });

  it('without details come from the connection, and leave the outcome open', () => {
    for (const code of [status.UNAVAILABLE, status.CANCELLED, status.INTERNAL, status.UNKNOWN]) {
      const error = fromCallFailure(serviceError(code, 'reset'), 'x:1');
      expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      expect(outcomeUnknown(error)).toBe(true);
    }
    expect(fromCallFailure(serviceError(status.DEADLINE_EXCEEDED, 'late'), 'x:1').code).toBe('TIMEOUT');
    expect(fromCallFailure(serviceError(status.UNIMPLEMENTED, 'what?'), 'x:1').code).toBe('UNSUPPORTED');
  });

  it('say why there was no connection in the words of the operating system alone', async () => {
    const port = await closedPort();
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    const failure = await new Promise((resolve) => {
      const bytes = (value: Buffer): Buffer => value;
      client.makeUnaryRequest('/x/Y', bytes, bytes, Buffer.alloc(0), (error) => resolve(error));
    });
    client.close();
    expect(fromCallFailure(failure, 'x:1')).toMatchObject({
      code: 'UNAVAILABLE',
      message: `x:1: connect ECONNREFUSED 127.0.0.1:${port}`,
    });
    const note = 'No connection established. Last error: null. Resolution note: no such host';
    expect(fromCallFailure(serviceError(status.UNAVAILABLE, note), 'x:1').message).toBe('x:1: no such host');
  });

  it('tell a connection that failed from a node that refuses, with the same code', () => {
    for (const code of [status.UNAVAILABLE, status.CANCELLED, status.DEADLINE_EXCEEDED]) {
      expect(connectionFailed(fromCallFailure(serviceError(code, 'reset'), 'x:1'))).toBe(true);
    }
    expect(connectionFailed(unavailable('the stream ended'))).toBe(true);
    for (const reason of ['UNAVAILABLE', 'TIMEOUT'] as const) {
      const refusal = serviceError(status.UNAVAILABLE, 'm', packedInfo(reason, { outcome: 'unknown' }));
      expect(connectionFailed(fromCallFailure(refusal, 'x:1'))).toBe(false);
      expect(connectionFailed(fromErrorMessage({ code: reason, message: 'm' }))).toBe(false);
    }
    expect(connectionFailed(fromCallFailure(serviceError(status.NOT_FOUND, 'm'), 'x:1'))).toBe(false);
  });

  it('survive details that nobody understands', () => {
    const junk = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f);
    expect(fromCallFailure(serviceError(status.UNAVAILABLE, 'm', junk), 'x:1').code).toBe('UNAVAILABLE');
    const unknown = packedInfo('NOT_A_CODE', {});
    expect(fromCallFailure(serviceError(status.NOT_FOUND, 'm', unknown), 'x:1').code).toBe('NOT_FOUND');
  });

  it('inside streams are the same', () => {
    const error = fromErrorMessage({
      code: 'OVERLOADED',
      message: 'too much',
      hint: 'Wait.',
      retryable: true,
      details: { a: 'b' },
    });
    expect(error).toMatchObject({ code: 'OVERLOADED', hint: 'Wait.', details: { a: 'b' } });
    expect(fromErrorMessage({ code: 'NEWER_CODE', message: 'm' }).code).toBe('INTERNAL');
  });
});
