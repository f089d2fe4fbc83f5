/**
 * What is to be done when, by name: at most one time a name. Entries that were moved or removed stay in the heap until they surface.
 * Order is total (time, then name), so that replicas take the same entries in the same order.
 */
import { compareText } from './partition-key.ts';

interface Due {
  readonly atMs: number;
  readonly name: string;
}

export class DueHeap {
  private heap: Due[] = [];
  private readonly times = new Map<string, number>();

  /** Sets, moves or (undefined) removes the time of a name. */
  set(name: string, atMs: number | undefined): void {
    if (this.times.get(name) === atMs) return;
    if (atMs === undefined) {
      this.times.delete(name);
    } else {
      this.times.set(name, atMs);
      this.push({ atMs, name });
    }
    if (this.heap.length > 64 && this.heap.length > this.times.size * 4) this.rebuild();
  }

  first(): Due | undefined {
    for (;;) {
      const head = this.heap[0];
      if (head === undefined || this.times.get(head.name) === head.atMs) return head;
      this.pop();
    }
  }

  private rebuild(): void {
    this.heap = [...this.times].map(([name, atMs]) => ({ atMs, name })).sort(compareDue);
  }

  private push(due: Due): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(due);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (compareDue(heap[parent] as Due, due) <= 0) break;
      heap[at] = heap[parent] as Due;
      at = parent;
    }
    heap[at] = due;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && compareDue(heap[child + 1] as Due, heap[child] as Due) < 0) child++;
      if (compareDue(last, heap[child] as Due) <= 0) break;
      heap[at] = heap[child] as Due;
      at = child;
    }
    heap[at] = last;
  }
}

function compareDue(a: Due, b: Due): number {
  return a.atMs - b.atMs || compareText(a.name, b.name);
}
