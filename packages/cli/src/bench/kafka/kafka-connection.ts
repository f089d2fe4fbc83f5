/**
 * One connection to a broker that speaks Kafka's protocol: requests leave at once, answers are told apart by their correlation ids. Plaintext,
 * without authentication: for benchmarks on a machine of one's own.
 */
import { once } from 'node:events';
import net from 'node:net';
import { FlowError } from '@flowmesh/base';
import {
  type Api,
  type Decoded,
  type Encodable,
  type Fields,
  FrameReader,
  readResponseHeader,
  requestFrame,
} from '@flowmesh/kafka/protocol';

const FRAME_BYTES_MAX = 128 * 1024 * 1024;
const CONNECT_MS = 10_000;
const CLIENT_ID = 'flowmesh-bench';
const CORRELATION_ID_MAX = 0x7fffffff;

interface Waiting {
  readonly answered: (frame: Uint8Array) => void;
  readonly failed: (error: FlowError) => void;
}

export class KafkaConnection {
  readonly address: string;
  private readonly socket: net.Socket;
  private readonly reader = new FrameReader({ frameBytesMax: FRAME_BYTES_MAX });
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;
  private failure: FlowError | undefined;

  private constructor(address: string, socket: net.Socket) {
    this.address = address;
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', (error) => this.fail(error.message));
    socket.on('close', () => this.fail('the connection was closed'));
  }

  /** UNAVAILABLE where nobody listens. */
  static async open(address: string): Promise<KafkaConnection> {
    const at = address.lastIndexOf(':');
    const socket = net.connect({
      host: address.slice(0, at).replace(/^\[|\]$/g, ''),
      port: Number(address.slice(at + 1)),
    });
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_MS) });
    } catch (cause) {
      socket.destroy();
      throw new FlowError('UNAVAILABLE', `nobody answers Kafka's protocol at ${address}`, {
        hint: 'Name a plaintext listener: --bootstrap host:port',
        cause,
      });
    }
    return new KafkaConnection(address, socket);
  }

  /** UNAVAILABLE once the connection has ended. */
  call<Req extends Fields, Res extends Fields>(
    api: Api<Req, Res>,
    version: number,
    request: Encodable<Req>,
  ): Promise<Decoded<Res>> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const correlationId = this.nextId;
    this.nextId = this.nextId === CORRELATION_ID_MAX ? 1 : this.nextId + 1;
    const frame = requestFrame(api, { version, correlationId, clientId: CLIENT_ID }, request);
    this.socket.cork();
    for (const chunk of frame.chunks) this.socket.write(chunk);
    this.socket.uncork();
    const { promise, resolve, reject } = Promise.withResolvers<Decoded<Res>>();
    const answered = (bytes: Uint8Array): void => {
      try {
        resolve(api.response.decode(version, bytes, readResponseHeader(bytes, api, version).bodyAt));
      } catch (error) {
        reject(error as Error);
      }
    };
    this.waiting.set(correlationId, { answered, failed: reject });
    return promise;
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Uint8Array): void {
    for (const frame of this.reader.push(chunk)) {
      const id = new DataView(frame.buffer, frame.byteOffset).getInt32(0);
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      waiting?.answered(frame);
    }
    if (this.reader.failure !== undefined) this.socket.destroy(this.reader.failure);
  }

  private fail(why: string): void {
    this.failure ??= new FlowError('UNAVAILABLE', `${this.address}: ${why}`);
    for (const { failed } of this.waiting.values()) failed(this.failure);
    this.waiting.clear();
  }
}
