/**
 * The world's agenda: a binary heap of events ordered by time, then by the order in which they were put in. That second
 * key makes every run of a seed the same. Cancelling marks an event; it is dropped when it comes up.
 */
import type { EventOwner } from './virtual-time.ts';

export interface SimEvent {
  at: number;
  order: number;
  readonly owner: EventOwner | undefined;
  readonly task: () => void;
  readonly label: string;
  cancelled: boolean;
}

export class EventQueue {
  private readonly heap: SimEvent[] = [];
  private orders = 0;

  get size(): number {
    return this.heap.length;
  }

  push(event: SimEvent): void {
    event.order = this.orders++;
    const heap = this.heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as SimEvent;
      if (!before(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  /** The time of the next event, cancelled ones included. */
  nextAt(): number | undefined {
    return this.heap[0]?.at;
  }

  pop(): SimEvent | undefined {
    const heap = this.heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    const half = heap.length >> 1;
    while (at < half) {
      let child = 2 * at + 1;
      const right = heap[child + 1];
      if (right !== undefined && before(right, heap[child] as SimEvent)) child++;
      const below = heap[child] as SimEvent;
      if (!before(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function before(a: SimEvent, b: SimEvent): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
