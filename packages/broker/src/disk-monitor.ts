/**
 * Room on the disk as the rest of the node sees it: producers are refused while it is low, replicas take no more while it is full, and
 * both resume by themselves. The health book says so in words.
 */
import type { DiskState } from '@flowmesh/storage';
import type { HealthBook } from './observability/health.ts';
import type { Logger } from './observability/logger.ts';
import type { DiskPort } from './services/ports.ts';

export interface DiskMonitorOptions {
  readonly health: HealthBook;
  readonly log: Logger;
  /** As configured; else the storage's own default, 5 % of the volume, at most 2 GiB. */
  readonly reserveBytes: number | undefined;
}

const DEFAULT_RESERVE_MAX = 2 * 1024 ** 3;
const DEFAULT_RESERVE_SHARE = 0.05;
const MIB = 1024 ** 2;

export class DiskMonitor implements DiskPort {
  private readonly options: DiskMonitorOptions;
  private read: () => DiskState = () => ({ kind: 'ok', freeBytes: 0, totalBytes: 0, writing: true });
  private kind: DiskState['kind'] = 'ok';

  constructor(options: DiskMonitorOptions) {
    this.options = options;
  }

  /** The directory is open: its state counts from now on. */
  attach(read: () => DiskState): void {
    this.read = read;
    this.update(true);
  }

  detach(): void {
    const last = this.read();
    this.read = () => last;
  }

  state(): DiskState {
    return this.read();
  }

  writable(): boolean {
    return this.read().kind === 'ok';
  }

  full(): boolean {
    return this.read().kind === 'full';
  }

  describe(): { readonly freeBytes: number; readonly neededBytes: number } {
    const { freeBytes, totalBytes } = this.read();
    const share = Math.min(totalBytes * DEFAULT_RESERVE_SHARE, DEFAULT_RESERVE_MAX);
    return { freeBytes, neededBytes: this.options.reserveBytes ?? Math.floor(share) };
  }

  /** A sentence while there is trouble. */
  trouble(): string | undefined {
    const state = this.read();
    if (state.kind === 'ok') return undefined;
    const { freeBytes, neededBytes } = this.describe();
    const room = `${Math.floor(freeBytes / MIB)} MiB free, ${Math.ceil(neededBytes / MIB)} MiB needed`;
    return state.kind === 'full'
      ? `disk is full (${room}): nothing is appended here until there is room; consumers go on`
      : `disk is low (${room}): producers are refused here; consumers go on and data can be trimmed`;
  }

  /** Looks again and tells of a change. */
  update(first = false): void {
    const state = this.read();
    const trouble = this.trouble();
    const check = {
      name: 'disk',
      concerns: 'write',
      ok: trouble === undefined,
      detail: trouble ?? 'writable',
    } as const;
    this.options.health.set(check);
    if (state.kind === this.kind && !first) return;
    const { freeBytes, neededBytes } = this.describe();
    const before = this.kind;
    this.kind = state.kind;
    const fields = { state: state.kind, freeBytes, neededBytes };
    if (state.kind !== 'ok') this.options.log.error(fields, 'disk is short of room: producers are refused');
    else if (before !== 'ok') this.options.log.info(fields, 'disk has room again: producers are welcome');
  }
}
