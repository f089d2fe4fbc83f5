/**
 * Hands out producer ids, each once in the life of the cluster, out of blocks that the metadata group gives to this node. Asking
 * again with the same request id returns the same producer id while this node remembers it; a repetition elsewhere gets a
 * fresh id, which is as good, since nothing was sent under the first.
 */
import { FlowError } from '@flowmesh/base';
import type { Clock } from '@flowmesh/base';
import type { CatalogReply } from '@flowmesh/engines';
import type { Caller, CatalogPort, Door } from '../ports.ts';

const BLOCK = 1_000;
const REMEMBERED_MAX = 10_000;

export interface ProducerIdsPorts {
  readonly catalog: CatalogPort;
  readonly door: Door;
  readonly clock: Clock;
  readonly newUuid: () => string;
  /** Ends what is under way when the node stops; a block is fetched for all, not for the caller who asked first. */
  readonly lifetime: AbortSignal;
}

export class ProducerIds {
  private readonly ports: ProducerIdsPorts;
  private readonly remembered = new Map<string, number>();
  private next = 0;
  private end = 0;
  private fetching: Promise<void> | undefined;

  constructor(ports: ProducerIdsPorts) {
    this.ports = ports;
  }

  async take(caller: Caller, requestId: string): Promise<number> {
    const closed = this.ports.door.authorise(caller, 'append', '');
    if (closed !== undefined) throw closed;
    for (;;) {
      const known = this.remembered.get(requestId);
      if (known !== undefined) return known;
      if (this.next < this.end) return this.remember(requestId, this.next++);
      await this.refill();
    }
  }

  /** For the node itself: nobody asks for the same one again. */
  async fresh(): Promise<number> {
    while (this.next >= this.end) await this.refill();
    return this.next++;
  }

  private remember(requestId: string, id: number): number {
    this.remembered.set(requestId, id);
    if (this.remembered.size > REMEMBERED_MAX) {
      for (const oldest of this.remembered.keys()) {
        this.remembered.delete(oldest);
        break;
      }
    }
    return id;
  }

  /** One request for a block at a time; all who ask meanwhile share it. */
  private async refill(): Promise<void> {
    this.fetching ??= this.fetchBlock().finally(() => {
      this.fetching = undefined;
    });
    await this.fetching;
  }

  private async fetchBlock(): Promise<void> {
    const { catalog, clock, newUuid, lifetime } = this.ports;
    const command = {
      kind: 'allocate-producer-ids' as const,
      requestId: newUuid(),
      timeMs: clock.wallMs(),
      count: BLOCK,
    };
    const reply = await catalog.propose(command, lifetime);
    if (!reply.ok) throw reply.error;
    const value = reply.value as CatalogReply;
    if (value.kind !== 'producer-ids-allocated') {
      throw new FlowError('INTERNAL', `metadata answered ${value.kind} where producer ids were asked for`);
    }
    this.next = value.first;
    this.end = value.first + value.count;
  }
}
