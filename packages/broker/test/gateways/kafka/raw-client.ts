/** A client that speaks the codec and nothing else: it sends what it is told, and gives answers in the order in which they come. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { FrameReader, readResponseHeader, requestFrame } from '@flowmesh/kafka/protocol';
import type { Api, Decoded, Encodable, Fields } from '@flowmesh/kafka/protocol';

interface Reply {
  readonly correlationId: number;
  readonly frame: Uint8Array;
}

/** Writes requests, gives responses in the order in which they come. */
export class RawClient {
  readonly socket: Socket;
  private readonly replies: Reply[] = [];
  private readonly reader = new FrameReader({ frameBytesMax: 1 << 30 });
  private wake: () => void = () => undefined;
  private nextId = 1;
  private ended = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      for (const frame of this.reader.push(chunk))
        this.replies.push({ correlationId: new DataView(frame.buffer, frame.byteOffset).getInt32(0), frame });
      this.wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.ended = true;
      this.wake();
    });
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  close(): void {
    this.socket.destroy();
  }

  /** Its correlation id. */
  send<Req extends Fields, Res extends Fields>(
    api: Api<Req, Res>,
    version: number,
    request: Encodable<Req>,
  ): number {
    const correlationId = this.nextId++;
    const frame = requestFrame(api, { version, correlationId, clientId: 'raw' }, request);
    for (const chunk of frame.chunks) this.socket.write(chunk);
    return correlationId;
  }

  /** The next response, whatever it answers; undefined once the connection has ended. */
  async next(): Promise<Reply | undefined> {
    while (this.replies.length === 0 && !this.ended) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.replies.shift();
  }

  async call<Req extends Fields, Res extends Fields>(
    api: Api<Req, Res>,
    version: number,
    request: Encodable<Req>,
  ): Promise<Decoded<Res>> {
    const correlationId = this.send(api, version, request);
    const reply = await this.next();
    if (reply === undefined) throw new Error(`${api.name}: the connection ended`);
    if (reply.correlationId !== correlationId) throw new Error(`${api.name}: another answer came first`);
    return decodeReply(api, version, reply);
  }
}

export function decodeReply<Req extends Fields, Res extends Fields>(
  api: Api<Req, Res>,
  version: number,
  { frame }: Reply,
): Decoded<Res> {
  return api.response.decode(version, frame, readResponseHeader(frame, api, version).bodyAt);
}
