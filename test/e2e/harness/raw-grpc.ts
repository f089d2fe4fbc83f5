/**
 * gRPC spelled out over HTTP/2, for what a proper client cannot send: any bytes as a message, any frame around it. Answers are the raw
 * messages and the status with FlowMesh's details, as they came.
 */
import http2 from 'node:http2';
import { google } from '@flowmesh/proto';

/** The end of a call as the client sees it. */
export interface RawStatus {
  /** Of gRPC; -1 where the call ended without one. */
  readonly grpcStatus: number;
  readonly message: string;
  /** FlowMesh's own code; empty where the status carries no details. */
  readonly code: string;
  readonly hint: string;
  readonly facts: Readonly<Record<string, string>>;
}

export interface RawAnswer extends RawStatus {
  /** Message bytes, without their frames. */
  readonly messages: readonly Uint8Array[];
}

const FRAME_PREFIX_BYTES = 5;
const DEADLINE_MS = 60_000;

export function grpcFrame(
  message: Uint8Array,
  prefix: { readonly compressed?: number; readonly length?: number } = {},
): Uint8Array {
  const frame = Buffer.alloc(FRAME_PREFIX_BYTES + message.length);
  frame.writeUInt8(prefix.compressed ?? 0, 0);
  frame.writeUInt32BE(prefix.length ?? message.length, 1);
  frame.set(message, FRAME_PREFIX_BYTES);
  return frame;
}

export class RawGrpc implements AsyncDisposable {
  private readonly session: http2.ClientHttp2Session;
  private failure: Error | undefined;

  /** `address`: host:port. */
  constructor(address: string) {
    this.session = http2.connect(`http://${address}`);
    this.session.on('error', (error: Error) => (this.failure = error));
  }

  /** A whole unary call: one message, framed properly. */
  call(method: string, message: Uint8Array): Promise<RawAnswer> {
    return this.send(method, grpcFrame(message));
  }

  /** Sends the bytes as the body, whatever they are, and waits for the end of the call. */
  send(method: string, body: Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const stream = this.session.request({
        ':method': 'POST',
        ':path': method,
        'content-type': 'application/grpc+proto',
        te: 'trailers',
        ...headers,
      });
      let ended: http2.IncomingHttpHeaders = {};
      const chunks: Buffer[] = [];
      const timer = setTimeout(() => {
        stream.close();
        reject(new Error(`no answer to ${method} within ${DEADLINE_MS} ms`));
      }, DEADLINE_MS);
      stream.on('response', (found) => (ended = { ...ended, ...found }));
      stream.on('trailers', (found) => (ended = { ...ended, ...found }));
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', (error) => (this.failure = error));
      stream.on('close', () => {
        clearTimeout(timer);
        resolve({
          ...statusOf(ended, stream.rstCode, this.failure),
          messages: unframe(Buffer.concat(chunks)),
        });
      });
      stream.end(body);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.session.destroyed) return;
    await new Promise<void>((resolve) => {
      this.session.once('close', resolve);
      this.session.destroy();
    });
  }
}

function statusOf(
  headers: http2.IncomingHttpHeaders,
  rstCode: number,
  failure: Error | undefined,
): RawStatus {
  const status = headers['grpc-status'];
  if (status === undefined) {
    const message = failure?.message ?? `HTTP ${String(headers[':status'])}, reset ${rstCode}`;
    return { grpcStatus: -1, message, code: '', hint: '', facts: {} };
  }
  const message = decodeURIComponent(String(headers['grpc-message'] ?? ''));
  const details = detailsOf(headers['grpc-status-details-bin']);
  // Between nodes the same goes in headers of its own.
  const code = details.code === '' ? String(headers['flowmesh-code'] ?? '') : details.code;
  const hint = details.hint === '' ? binary(headers['flowmesh-hint-bin']) : details.hint;
  return { grpcStatus: Number(status), message, ...details, code, hint };
}

function binary(header: string | string[] | undefined): string {
  return header === undefined ? '' : Buffer.from(String(header), 'base64').toString();
}

function detailsOf(header: string | string[] | undefined): Pick<RawStatus, 'code' | 'hint' | 'facts'> {
  let code = '';
  let hint = '';
  let facts: Record<string, string> = {};
  if (header !== undefined) {
    for (const any of google.rpc.Status.decode(Buffer.from(String(header), 'base64')).details) {
      if (any.typeUrl.endsWith('google.rpc.ErrorInfo')) {
        const info = google.rpc.ErrorInfo.decode(any.value);
        code = info.reason;
        facts = { ...info.metadata };
      } else if (any.typeUrl.endsWith('google.rpc.Help')) {
        hint = google.rpc.Help.decode(any.value).links[0]?.description ?? '';
      }
    }
  }
  return { code, hint, facts };
}

function unframe(body: Buffer): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at + FRAME_PREFIX_BYTES <= body.length; ) {
    const end = at + FRAME_PREFIX_BYTES + body.readUInt32BE(at + 1);
    messages.push(body.subarray(at + FRAME_PREFIX_BYTES, end));
    at = end;
  }
  return messages;
}
