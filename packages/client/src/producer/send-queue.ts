/** Sends of one stream that wait for room in the buffer or for the stream's metadata; first come, first served. */
import { type FlowError, must } from '@flowmesh/base';
import type { PendingRecord } from './types.ts';

export interface WaitingSend {
  readonly record: PendingRecord;
  readonly partition: number | undefined;
  cancelled: boolean;
}

export class SendQueue {
  /** From `head` on; what lies before it is let go at once. */
  private items: (WaitingSend | undefined)[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(send: WaitingSend): void {
    this.items.push(send);
  }

  /** The next send that is still wanted. */
  peek(): WaitingSend | undefined {
    while (this.items[this.head]?.cancelled === true) this.advance();
    return this.items[this.head];
  }

  shift(): WaitingSend {
    const send = must(this.peek(), 'shift of an empty queue');
    this.advance();
    return send;
  }

  /** Fails the sends whose time is up; they wait in the order of their deadlines. */
  expire(nowMs: number, error: FlowError): void {
    for (let next = this.peek(); next !== undefined && next.record.deadlineMs <= nowMs; next = this.peek()) {
      this.shift().record.settle(error);
    }
  }

  failAll(error: FlowError): void {
    while (this.peek() !== undefined) this.shift().record.settle(error);
  }

  private advance(): void {
    this.items[this.head] = undefined;
    this.head++;
    if (this.head === this.items.length || this.head > 4_096) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
  }
}
