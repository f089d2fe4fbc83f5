/** Connections that do not keep to any protocol: noise, half a handshake, silence. All are closed by `Symbol.dispose`. */
import net from 'node:net';

export const HTTP2_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** What a connection sends first; nothing at all where it is empty. */
export const RUDE_OPENINGS: Readonly<Record<string, Uint8Array>> = {
  silence: new Uint8Array(0),
  'half a preface': Buffer.from(HTTP2_PREFACE.slice(0, 9)),
  'a preface, then silence': Buffer.from(HTTP2_PREFACE),
  'a preface, then noise': Buffer.concat([Buffer.from(HTTP2_PREFACE), Buffer.alloc(4_096, 0xa7)]),
  'a frame of endless length': Buffer.concat([
    Buffer.from(HTTP2_PREFACE),
    Buffer.from([0xff, 0xff, 0xff, 0x00, 0, 0, 0, 0, 1]),
  ]),
  'headers that cannot be decoded': Buffer.concat([
    Buffer.from(HTTP2_PREFACE),
    // SETTINGS, then HEADERS of stream 1 with a broken header block.
    Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
    Buffer.from([0, 0, 4, 1, 5, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]),
  ]),
  'HTTP/1.1': Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n'),
  'half a request': Buffer.from('GET /readyz HTTP/1.1\r\nhost:'),
  'a TLS hello': Buffer.concat([Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]), Buffer.alloc(512, 0x5a)]),
  noise: Buffer.from(Array.from({ length: 8_192 }, (_, i) => (i * 167 + 13) & 255)),
};

export class RudeSockets implements Disposable {
  private readonly sockets: net.Socket[] = [];

  /** Resolves when the connection stands and the bytes are on their way. */
  async open(port: number, bytes: Uint8Array): Promise<void> {
    const socket = net.connect(port, '127.0.0.1');
    // The node may well close it.
    socket.on('error', () => undefined);
    socket.resume();
    this.sockets.push(socket);
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.once('connect', () => {
        if (bytes.length === 0) resolve();
        else socket.write(bytes, () => resolve());
      });
    });
  }

  get opened(): number {
    return this.sockets.length;
  }

  [Symbol.dispose](): void {
    for (const socket of this.sockets) socket.destroy();
  }
}
