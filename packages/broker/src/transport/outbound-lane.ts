/**
 * What this node has to say to one peer on one class of connection: a bounded queue that becomes frames.
 *
 *   push ─► queue ─ flush ─► frame ─► sink (the stream that the peer opened)
 *
 * A frame is written while the receiver's credit lasts and while little is waiting in the socket; otherwise messages
 * stay queued and coalesce into larger frames. Credit may go below zero by one frame, so that a frame larger than the
 * credit still passes. What does not fit the queue is refused: the consensus core sends it again.
 */
import type { FlowError } from '@flowmesh/base';
import { healthFrame, keepAliveFrame, messagesFrame, type SealedFrame } from './frame.ts';
import { type Ends, messageBytesMax } from './message-codec.ts';
import type { GroupMessage } from './transport.ts';

/** The stream that a peer opened to receive on. `written` is called once the frame has left for the socket, or never. */
export interface FrameSink {
  write(frame: Buffer, written: () => void): void;
  end(error: FlowError): void;
}

export interface LaneLimits {
  readonly frameBytesMax: number;
  readonly messageBytesMax: number;
  readonly queueBytesMax: number;
  readonly unwrittenBytesMax: number;
  readonly healthQueueBytesMax: number;
}

export interface LaneEvents {
  sent(bytes: number): void;
  /** Queued messages that will not leave. */
  dropped(messages: readonly GroupMessage[]): void;
}

interface Attached {
  readonly sink: FrameSink;
  creditBytes: number;
  unwrittenBytes: number;
}

export class OutboundLane {
  private readonly ends: Ends;
  private readonly limits: LaneLimits;
  private readonly events: LaneEvents;
  private attached: Attached | undefined;
  private queue: GroupMessage[] = [];
  private sizes: number[] = [];
  private queuedBytes = 0;
  private health: Uint8Array[] = [];
  private healthBytes = 0;
  private wroteSinceTick = false;
  private flushing = false;

  constructor(ends: Ends, limits: LaneLimits, events: LaneEvents) {
    this.ends = ends;
    this.limits = limits;
    this.events = events;
  }

  get open(): boolean {
    return this.attached !== undefined;
  }

  /** Messages waiting, in bytes (an upper bound). */
  get waitingBytes(): number {
    return this.queuedBytes;
  }

  /** A new stream takes the place of an older one, whose end may not have been noticed yet. */
  attach(sink: FrameSink, creditBytes: number): FrameSink | undefined {
    const replaced = this.attached?.sink;
    this.attached = { sink, creditBytes, unwrittenBytes: 0 };
    return replaced;
  }

  /** Only if `sink` is still the one in use. Queued messages are dropped. */
  detach(sink: FrameSink): boolean {
    if (this.attached?.sink !== sink) return false;
    this.attached = undefined;
    const lost = this.queue;
    this.queue = [];
    this.sizes = [];
    this.queuedBytes = 0;
    this.health = [];
    this.healthBytes = 0;
    if (lost.length > 0) this.events.dropped(lost);
    return true;
  }

  end(error: FlowError): void {
    const sink = this.attached?.sink;
    if (sink === undefined) return;
    this.detach(sink);
    sink.end(error);
  }

  grant(sink: FrameSink, bytes: number): void {
    if (this.attached?.sink !== sink) return;
    // A peer that grants without end gains nothing: the sum stays an exact number.
    this.attached.creditBytes = Math.min(this.attached.creditBytes + bytes, Number.MAX_SAFE_INTEGER);
    this.flush();
  }

  /** False where the message cannot be sent: nobody receives, the queue is full, or it is too large altogether. */
  push(message: GroupMessage): boolean {
    if (this.attached === undefined) return false;
    const bytes = messageBytesMax(message.message);
    if (bytes > this.limits.messageBytesMax) return false;
    if (this.queue.length > 0 && this.queuedBytes + bytes > this.limits.queueBytesMax) return false;
    this.queue.push(message);
    this.sizes.push(bytes);
    this.queuedBytes += bytes;
    return true;
  }

  pushHealth(payload: Uint8Array): void {
    if (this.attached === undefined) return;
    this.health.push(payload);
    this.healthBytes += payload.length;
    while (this.health.length > 1 && this.healthBytes > this.limits.healthQueueBytesMax) {
      this.healthBytes -= this.health.shift()?.length ?? 0;
    }
  }

  flush(): void {
    this.flushing = true;
    this.flushMessages();
    while (this.health.length > 0 && this.mayWrite()) {
      const payload = this.health.shift() as Uint8Array;
      this.healthBytes -= payload.length;
      this.write(healthFrame(payload));
    }
    this.flushing = false;
  }

  private flushMessages(): void {
    let from = 0;
    while (from < this.queue.length && this.mayWrite()) from = this.writeMessages(from);
    if (from > 0) {
      this.queue = from === this.queue.length ? [] : this.queue.slice(from);
      this.sizes = from === this.sizes.length ? [] : this.sizes.slice(from);
    }
  }

  /** Called once per keep-alive interval: says something where nothing was said since the last call. */
  keepAlive(): void {
    if (this.attached === undefined) return;
    if (!this.wroteSinceTick && this.attached.unwrittenBytes === 0) this.write(keepAliveFrame());
    this.wroteSinceTick = false;
  }

  private mayWrite(): boolean {
    const { attached } = this;
    if (attached === undefined) return false;
    return attached.creditBytes > 0 && attached.unwrittenBytes < this.limits.unwrittenBytesMax;
  }

  /** Writes one frame of the messages from `from` on; returns the place of the first that is not in it. */
  private writeMessages(from: number): number {
    let to = from;
    let bytes = 0;
    do {
      bytes += this.sizes[to] as number;
      to++;
    } while (to < this.queue.length && bytes + (this.sizes[to] as number) <= this.limits.frameBytesMax);
    const whole = from === 0 && to === this.queue.length;
    const frame = messagesFrame(whole ? this.queue : this.queue.slice(from, to), bytes, this.ends);
    this.queuedBytes -= bytes;
    this.write(frame);
    return to;
  }

  private write(frame: SealedFrame): void {
    const attached = this.attached as Attached;
    const bytes = frame.payloadBytes;
    attached.creditBytes -= bytes;
    attached.unwrittenBytes += bytes;
    this.wroteSinceTick = true;
    attached.sink.write(frame.bytes, () => {
      attached.unwrittenBytes -= bytes;
      if (this.attached === attached && (this.queue.length > 0 || this.health.length > 0) && !this.flushing)
        this.flush();
    });
    this.events.sent(bytes);
  }
}
