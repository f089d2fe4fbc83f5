/**
 * The last events of the log, so that who watches the end of it touches no disk. Bounded in events and bytes; what is not here is in
 * the log. After a restart it begins empty.
 */
import type { KvEvent } from './kv-types.ts';

const EVENTS_MAX = 2_048;
const BYTES_MAX = 1024 * 1024;
const EVENT_OVERHEAD_BYTES = 160;

export class RecentEvents {
  private events: (KvEvent | undefined)[] = [];
  /** Events before it are gone, and their values with them. */
  private start = 0;
  private bytes = 0;

  push(event: KvEvent): void {
    this.events.push(event);
    this.bytes += sizeOf(event);
    while (this.events.length - this.start > EVENTS_MAX || this.bytes > BYTES_MAX) {
      this.bytes -= sizeOf(this.events[this.start] as KvEvent);
      this.events[this.start] = undefined;
      this.start++;
    }
    if (this.start < EVENTS_MAX) return;
    this.events = this.events.slice(this.start);
    this.start = 0;
  }

  /** The events from a revision on, whole revisions; undefined where some of them are not here. */
  from(revision: number, lastRevision: number): readonly KvEvent[] | undefined {
    if (revision > lastRevision) return [];
    let low = this.start;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.events[middle] as KvEvent).revision < revision) low = middle + 1;
      else high = middle;
    }
    const first = this.events[low];
    // Revisions are dense: the one asked for is here as a whole if its first event is.
    if (first === undefined || first.revision !== revision || first.index !== 0) return undefined;
    return this.events.slice(low) as KvEvent[];
  }
}

function sizeOf(event: KvEvent): number {
  return EVENT_OVERHEAD_BYTES + event.key.length + (event.value?.length ?? 0);
}
