/**
 * Frames: a length of four bytes, then a header and a message. A frame is written as chunks, with records uncopied; it is read out of
 * whatever pieces a connection delivers. A frame that lies within one piece is a slice of it; one that spans several is put together
 * once, when it is whole. Memory is taken for bytes that came, never for a length that was stated.
 */
import { concatBytes, FlowError } from '@flowmesh/base';
import type { Api } from './api.ts';
import { writeRequestHeader, writeResponseHeader } from './headers.ts';
import { MessageWriter } from './message-writer.ts';
import type { Encodable, Fields } from './schema.ts';

const LENGTH_BYTES = 4;
/** Shorter pieces are gathered: a slice of a byte would cost a hundred. */
const PIECE_BYTES_MIN = 4096;
const GATHER_BYTES = 16 * 1024;
const FIRST_ROOM_BYTES = 512;

export interface Frame {
  readonly chunks: readonly Uint8Array[];
  readonly bytes: number;
}

/** A request, as clients send it. */
export function requestFrame<Req extends Fields>(
  api: Api<Req>,
  header: {
    readonly version: number;
    readonly correlationId: number;
    readonly clientId?: string | undefined;
  },
  request: Encodable<Req>,
): Frame {
  const writer = new MessageWriter(FIRST_ROOM_BYTES);
  writer.i32(0);
  writeRequestHeader(writer, api, header);
  api.request.write(header.version, writer, request);
  return framed(writer);
}

/** The answer to a request of that version. */
export function responseFrame<Req extends Fields, Res extends Fields>(
  api: Api<Req, Res>,
  header: { readonly version: number; readonly correlationId: number },
  response: Encodable<Res>,
): Frame {
  const writer = new MessageWriter(FIRST_ROOM_BYTES);
  writer.i32(0);
  writeResponseHeader(writer, api, header);
  api.response.write(header.version, writer, response);
  return framed(writer);
}

function framed(writer: MessageWriter): Frame {
  const bytes = writer.length;
  const chunks = writer.finish();
  // The length and the header are the writer's own bytes, so the first chunk has room for the length.
  const first = chunks[0] as Uint8Array;
  new DataView(first.buffer, first.byteOffset).setInt32(0, bytes - LENGTH_BYTES);
  return { chunks, bytes };
}

export interface FrameReaderOptions {
  /** `socket.request.max.bytes`: the longest frame that is taken, without its length. */
  readonly frameBytesMax: number;
}

/** Takes a stream of bytes apart. After a failure it gives nothing more: the stream has lost its place. */
export class FrameReader {
  private frameBytesMax: number;
  private readonly length = new Uint8Array(LENGTH_BYTES);
  private lengthBytes = 0;
  /** Of the frame under way; undefined while its length is not known. */
  private frameBytes: number | undefined;
  private pieces: Uint8Array[] = [];
  private pieceBytes = 0;
  private gathered: { readonly buffer: Uint8Array; used: number } | undefined;
  private refused: FlowError | undefined;

  constructor(options: FrameReaderOptions) {
    this.frameBytesMax = options.frameBytesMax;
  }

  /** Bytes held for a frame that is not whole. */
  get heldBytes(): number {
    return this.lengthBytes + this.pieceBytes;
  }

  /** INVALID_ARGUMENT once the stream turned out to be no sequence of frames: answer what came before, then close. */
  get failure(): FlowError | undefined {
    return this.refused;
  }

  /** For the frames that begin from now on: less before a client is authenticated than after. */
  limit(frameBytesMax: number): void {
    this.frameBytesMax = frameBytesMax;
  }

  /**
   * The frames that `chunk` completes, in order, without their lengths. They alias `chunk`, which nobody may change. Look at `failure`
   * afterwards.
   */
  push(chunk: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = [];
    let at = 0;
    while (at < chunk.length && this.refused === undefined) {
      if (this.frameBytes === undefined) {
        at = this.takeLength(chunk, at);
        if (this.frameBytes === undefined || at === chunk.length) break;
      }
      const wanted: number = this.frameBytes - this.pieceBytes;
      const piece = chunk.subarray(at, at + wanted);
      at += piece.length;
      if (piece.length === wanted) frames.push(this.complete(piece));
      else this.hold(piece);
    }
    return frames;
  }

  private takeLength(chunk: Uint8Array, from: number): number {
    let at = from;
    while (this.lengthBytes < LENGTH_BYTES && at < chunk.length) {
      this.length[this.lengthBytes++] = chunk[at++] as number;
    }
    if (this.lengthBytes < LENGTH_BYTES) return at;
    const frameBytes = new DataView(this.length.buffer).getInt32(0);
    if (frameBytes <= 0 || frameBytes > this.frameBytesMax) this.refused = this.refusal(frameBytes);
    else this.frameBytes = frameBytes;
    return at;
  }

  private refusal(frameBytes: number): FlowError {
    const other = otherProtocol(this.length);
    return new FlowError(
      'INVALID_ARGUMENT',
      other === undefined
        ? `a frame of ${frameBytes} bytes; from 1 to ${this.frameBytesMax} are taken`
        : `this is ${other}, not the Kafka protocol`,
      {
        hint:
          other === undefined
            ? 'Send smaller requests (max.request.size of the producer), or check that the client speaks to a Kafka listener.'
            : 'Check the port, and that listener and client agree on TLS (security.protocol).',
        details: { bytes: frameBytes, bytesMax: this.frameBytesMax },
      },
    );
  }

  private complete(last: Uint8Array): Uint8Array {
    this.endGathering();
    const frame = this.pieceBytes === 0 ? last : concatBytes([...this.pieces, last]);
    this.frameBytes = undefined;
    this.lengthBytes = 0;
    this.pieces = [];
    this.pieceBytes = 0;
    return frame;
  }

  private hold(piece: Uint8Array): void {
    const missing = (this.frameBytes as number) - this.pieceBytes;
    this.pieceBytes += piece.length;
    if (piece.length >= PIECE_BYTES_MIN) {
      this.endGathering();
      this.pieces.push(piece);
      return;
    }
    const room = this.gathered === undefined ? 0 : this.gathered.buffer.length - this.gathered.used;
    if (piece.length > room) {
      this.endGathering();
      this.gathered = { buffer: new Uint8Array(Math.min(GATHER_BYTES, missing)), used: 0 };
    }
    this.gather(piece);
  }

  private endGathering(): void {
    if (this.gathered !== undefined) this.pieces.push(this.gathered.buffer.subarray(0, this.gathered.used));
    this.gathered = undefined;
  }

  private gather(piece: Uint8Array): void {
    const gathered = this.gathered as { readonly buffer: Uint8Array; used: number };
    gathered.buffer.set(piece, gathered.used);
    gathered.used += piece.length;
  }
}

/** What speaks here, where the first bytes tell. */
function otherProtocol(start: Uint8Array): string | undefined {
  if (start[0] === 0x16 && start[1] === 0x03) return 'a TLS handshake';
  const text = String.fromCharCode(...start);
  return ['GET ', 'POST', 'HEAD', 'PUT ', 'PRI '].includes(text) ? 'HTTP' : undefined;
}
