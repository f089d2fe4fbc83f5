/** All peer addresses that this node knows of: what the sources find now, and for a while what other nodes told. Bounded. */
import type { Clock } from '@flowmesh/base';
import type { AddressSource } from './address-source.ts';

export interface AddressPoolOptions {
  readonly sources: readonly AddressSource[];
  readonly clock: Clock;
  readonly toldExpiryMs: number;
  readonly addressesMax: number;
}

export class AddressPool {
  private readonly options: AddressPoolOptions;
  /** By address: when it is forgotten. */
  private readonly toldUntilMs = new Map<string, number>();
  private readonly listeners = new Set<() => void>();

  constructor(options: AddressPoolOptions) {
    this.options = options;
  }

  start(): void {
    for (const source of this.options.sources) source.start(() => this.changed());
  }

  async stop(): Promise<void> {
    this.listeners.clear();
    await Promise.all(this.options.sources.map((source) => source.stop()));
  }

  /** Calls `listener` when there may be a new address; returns how to stop that. */
  onFound(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Another node says that a peer may be there. */
  told(address: string): void {
    const { clock, toldExpiryMs, addressesMax } = this.options;
    const isNew = !this.toldUntilMs.has(address);
    this.expire();
    if (isNew && this.toldUntilMs.size >= addressesMax) return;
    this.toldUntilMs.set(address, clock.monotonicMs() + toldExpiryMs);
    if (isNew) this.changed();
  }

  /** What sources find comes first. */
  addresses(): readonly string[] {
    this.expire();
    const found = this.options.sources.flatMap((source) => source.current().map((one) => one.address));
    return [...new Set([...found, ...this.toldUntilMs.keys()])].slice(0, this.options.addressesMax);
  }

  private expire(): void {
    const nowMs = this.options.clock.monotonicMs();
    for (const [address, untilMs] of this.toldUntilMs) {
      if (untilMs <= nowMs) this.toldUntilMs.delete(address);
    }
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
