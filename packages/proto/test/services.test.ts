import { credentials, Server, ServerCredentials, status, type ServiceError } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  FRAME_HEADER_BYTES,
  flowmesh,
  openFrame,
  PeerClient,
  type PeerHandlers,
  PeerService,
  sealFrame,
  StreamsClient,
  type StreamsHandlers,
  StreamsService,
} from '../src/index.ts';

function sealed(payload: Uint8Array): Buffer {
  const buffer = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  buffer.set(payload, FRAME_HEADER_BYTES);
  return sealFrame(buffer);
}

describe('raw frames', () => {
  test.each([0, 1, 127, 128, 16_383, 16_384, 2 ** 21 - 1, 2 ** 21])(
    'of %i bytes are the protobuf message',
    (size) => {
      const payload = new Uint8Array(size).fill(7);
      const bytes = sealed(payload);
      expect(flowmesh.internal.v1.Frame.decode(bytes).payload).toHaveLength(size);
      const generated = flowmesh.internal.v1.Frame.encode({ payload }).finish();
      expect(openFrame(generated)).toHaveLength(size);
      if (size > 0) expect(bytes.equals(generated)).toBe(true);
    },
  );

  test('are sealed and opened without a copy', () => {
    const buffer = new Uint8Array(FRAME_HEADER_BYTES + 10).fill(1);
    const bytes = sealFrame(buffer);
    expect(bytes.buffer).toBe(buffer.buffer);
    expect(openFrame(bytes).buffer).toBe(buffer.buffer);
  });

  test('unknown fields are skipped, a cut message throws', () => {
    const withUnknown = Buffer.concat([Buffer.from([0x10, 0x05]), sealed(Buffer.from('x'))]);
    expect(Buffer.from(openFrame(withUnknown)).toString()).toBe('x');
    expect(() => openFrame(sealed(Buffer.from('xyz')).subarray(0, 3))).toThrow();
    expect(() => openFrame(Buffer.from([0x0a]))).toThrow();
  });
});

describe('typed services', () => {
  let server: Server;
  let address: string;

  beforeEach(async () => {
    server = new Server();
    const streams: Partial<StreamsHandlers> = {
      getStream: (call, callback) => {
        if (call.request.name === 'absent') callback({ code: status.NOT_FOUND, details: 'no such stream' });
        else callback(null, { name: call.request.name, revision: 2 ** 40, config: { a: 'b' } });
      },
      appendStream: (call) => {
        call.on('data', (request) => call.write({ correlation: request.correlation }));
        call.on('end', () => call.end());
      },
    };
    const peer: Partial<PeerHandlers> = {
      pullSnapshot: (call) => {
        call.write(sealed(Buffer.from(`group ${call.request.groupId}`)));
        call.end();
      },
    };
    server.addService(StreamsService, streams as StreamsHandlers);
    server.addService(PeerService, peer as PeerHandlers);
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    address = `127.0.0.1:${port}`;
  });
  afterEach(() => server.forceShutdown());

  test('carry a unary call and its failure', async () => {
    const client = new StreamsClient(address, credentials.createInsecure());
    try {
      const stream = await new Promise<flowmesh.v1.Stream>((resolve, reject) =>
        client.getStream({ name: 'orders' }, (error, found) => (found ? resolve(found) : reject(error))),
      );
      expect(stream).toMatchObject({ name: 'orders', revision: 2 ** 40, partitions: 0, config: { a: 'b' } });
      const error = await new Promise<ServiceError | null>((resolve) =>
        client.getStream({ name: 'absent' }, (failure) => resolve(failure)),
      );
      expect(error?.code).toBe(status.NOT_FOUND);
    } finally {
      client.close();
    }
  });

  test('carry streams of both kinds', async () => {
    const streamsClient = new StreamsClient(address, credentials.createInsecure());
    const peerClient = new PeerClient(address, credentials.createInsecure());
    try {
      const call = streamsClient.appendStream();
      const correlations: number[] = [];
      for (const correlation of [3, 4, 5]) call.write({ stream: 's', correlation });
      call.end();
      for await (const response of call)
        correlations.push((response as flowmesh.v1.AppendResponse).correlation);
      expect(correlations).toEqual([3, 4, 5]);
      const frames: string[] = [];
      for await (const frame of peerClient.pullSnapshot({ groupId: 9 }))
        frames.push(Buffer.from(frame as Buffer).toString());
      expect(frames).toEqual(['group 9']);
    } finally {
      streamsClient.close();
      peerClient.close();
    }
  });
});
