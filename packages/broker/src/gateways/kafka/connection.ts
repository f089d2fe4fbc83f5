/**
 * One client's connection. Requests are begun in the order in which they came and answered in that order, whatever ends first.
 *
 *   bytes ─► frames ─► waiting ─► under way ─► answered ─► written, once everything before it is
 *
 *   open ─ the client ends its side, or the node stops ─► finishing: what came is answered ─► closed
 *     └── what came is no request ─► what came before is answered ─► closed      └─ by force when time is up
 *
 * Produce requests overlap; any other has the connection for itself, as at Kafka's brokers, so that whoever creates and then uses
 * something on one connection finds it, and a connection holds one answer with records at most. While requests wait or answers are not
 * taken, no more is read.
 */
import type { Socket } from 'node:net';
import type { FlowError } from '@flowmesh/base';
import { API_KEY, FrameReader } from '@flowmesh/kafka/protocol';
import type { Frame } from '@flowmesh/kafka/protocol';
import { asFlowError } from './errors.ts';

export interface ConnectionLimits {
  readonly frameBytesMax: number;
  /** Requests under way at once, and their bytes; a single one may be larger. */
  readonly requestsInFlightMax: number;
  readonly bytesInFlightMax: number;
  /** Bytes of answers that the client has not taken, before no other request is begun. */
  readonly unsentBytesMax: number;
  /** A connection on which nothing was said for so long is closed. */
  readonly idleMs: number;
  readonly keepaliveMs: number;
}

export interface ConnectionOptions {
  readonly socket: Socket;
  readonly limits: ConnectionLimits;
  /** Answers a frame; undefined where there is no answer. A rejection ends the connection. */
  readonly answer: (frame: Uint8Array, signal: AbortSignal) => Promise<Frame | undefined>;
  readonly onTraffic: (direction: 'received' | 'sent', bytes: number) => void;
  /** The connection ends because of what the client sent. */
  readonly onRefused: (error: FlowError) => void;
  readonly onClose: () => void;
}

/** A client that does not end its side after the broker has ended its own is cut off. */
const LINGER_MS = 5_000;

interface Slot {
  readonly bytes: number;
  readonly overlaps: boolean;
  done: boolean;
  frame: Frame | undefined;
}

export class KafkaConnection {
  private readonly options: ConnectionOptions;
  private readonly socket: Socket;
  private readonly reader: FrameReader;
  private readonly gone = new AbortController();
  private waiting: Uint8Array[] = [];
  private readonly slots: Slot[] = [];
  private bytesInFlight = 0;
  /** Nothing more is begun. */
  private refused = false;
  /** Nothing more is read. */
  private finishing = false;

  constructor(options: ConnectionOptions) {
    const { socket, limits } = options;
    this.options = options;
    this.socket = socket;
    this.reader = new FrameReader(limits);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, limits.keepaliveMs);
    socket.setTimeout(limits.idleMs);
    socket.on('data', (chunk) => this.received(chunk));
    socket.on('drain', () => this.advance());
    socket.on('end', () => this.finish());
    socket.on('timeout', () => this.silent());
    // What failed is closed next; a client that went away is no event.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.gone.abort();
      options.onClose();
    });
  }

  /** Of frames that begin from now on. */
  limit(frameBytesMax: number): void {
    this.reader.limit(frameBytesMax);
  }

  /** Answers what came, waits for nothing, and closes. */
  stop(): void {
    this.gone.abort();
    this.finish();
  }

  destroy(): void {
    this.socket.destroy();
  }

  private received(chunk: Uint8Array): void {
    this.options.onTraffic('received', chunk.length);
    if (this.refused || this.finishing) return;
    this.waiting.push(...this.reader.push(chunk));
    this.advance();
  }

  private finish(): void {
    this.finishing = true;
    this.advance();
  }

  private silent(): void {
    if (this.slots.length === 0 || this.socket.writableLength > 0) this.socket.destroy();
  }

  private advance(): void {
    let begun = 0;
    for (const frame of this.waiting) {
      if (!this.mayBegin(frame)) break;
      begun++;
      this.begin(frame);
    }
    if (begun > 0) this.waiting = this.waiting.slice(begun);
    const { failure } = this.reader;
    if (failure !== undefined && this.waiting.length === 0) this.refuse(failure);
    // What comes over a connection that ends is read and forgotten, so that the client gets to the answers.
    if (!this.refused && (this.waiting.length > 0 || this.backedUp())) this.socket.pause();
    else this.socket.resume();
    const idle = this.slots.length === 0 && (this.waiting.length === 0 || this.refused);
    if (idle && (this.refused || this.finishing) && !this.socket.writableEnded) {
      this.socket.end();
      this.socket.setTimeout(LINGER_MS);
    }
  }

  private backedUp(): boolean {
    return this.socket.writableLength > this.options.limits.unsentBytesMax;
  }

  private mayBegin(frame: Uint8Array): boolean {
    if (this.refused || this.backedUp()) return false;
    if (this.slots.length === 0) return true;
    const { requestsInFlightMax, bytesInFlightMax } = this.options.limits;
    return (
      overlaps(frame) &&
      this.slots.every((slot) => slot.overlaps) &&
      this.slots.length < requestsInFlightMax &&
      this.bytesInFlight + frame.length <= bytesInFlightMax
    );
  }

  private begin(frame: Uint8Array): void {
    const slot: Slot = { bytes: frame.length, overlaps: overlaps(frame), done: false, frame: undefined };
    this.slots.push(slot);
    this.bytesInFlight += slot.bytes;
    this.options.answer(frame, this.gone.signal).then(
      (answer) => this.answered(slot, answer),
      (error: unknown) => {
        this.refuse(asFlowError(error));
        this.answered(slot, undefined);
      },
    );
  }

  private refuse(error: FlowError): void {
    if (this.refused) return;
    this.refused = true;
    this.options.onRefused(error);
  }

  private answered(slot: Slot, frame: Frame | undefined): void {
    slot.done = true;
    slot.frame = frame;
    this.write();
    this.advance();
  }

  /** All answers whose turn it is, in one write of their pieces. */
  private write(): void {
    const ready = this.slots.findIndex((slot) => !slot.done);
    const written = this.slots.splice(0, ready === -1 ? this.slots.length : ready);
    if (written.length === 0) return;
    const gone = this.socket.destroyed || this.socket.writableEnded;
    this.socket.cork();
    for (const { bytes, frame } of written) {
      this.bytesInFlight -= bytes;
      if (frame === undefined || gone) continue;
      this.options.onTraffic('sent', frame.bytes);
      for (const chunk of frame.chunks) this.socket.write(chunk);
    }
    this.socket.uncork();
  }
}

/** By its API key, before anything else is read of it. */
function overlaps(frame: Uint8Array): boolean {
  return frame.length >= 2 && ((frame[0] as number) << 8) + (frame[1] as number) === API_KEY.Produce;
}
