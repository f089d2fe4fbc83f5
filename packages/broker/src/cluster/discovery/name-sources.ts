/**
 * Sources that resolve names again and again: the configured seeds (a name may have several addresses, each is a peer), and DNS, by the
 * addresses of a name (a headless service) or by SRV records. What was found stays known while a name cannot be resolved; that is logged
 * once, and once when it works again.
 */
import { isIP } from 'node:net';
import type { Scheduler, TimerHandle } from '@flowmesh/base';
import type { ClusterLog } from '../cluster-log.ts';
import { type AddressSource, type FoundAddress, hostPort, splitAddress } from './address-source.ts';
import type { NameService } from './names.ts';

export interface NameSourceOptions {
  readonly names: NameService;
  readonly scheduler: Scheduler;
  readonly log: ClusterLog;
  readonly intervalMs: number;
  readonly addressesMax: number;
}

/** One thing to resolve: what is asked for, and how it becomes addresses. */
interface Target {
  readonly label: string;
  /** What stands for it until it is resolved for the first time. */
  readonly unresolved: readonly string[];
  readonly resolve: () => Promise<readonly string[]>;
}

class NameSource implements AddressSource {
  readonly name: string;
  private readonly options: NameSourceOptions;
  private readonly targets: readonly Target[];
  private readonly found = new Map<Target, readonly string[]>();
  private readonly failing = new Set<Target>();
  private timer: TimerHandle | undefined;
  private stopped = false;

  constructor(name: string, targets: readonly Target[], options: NameSourceOptions) {
    this.name = name;
    this.targets = targets;
    this.options = options;
    for (const target of targets) this.found.set(target, target.unresolved);
  }

  start(onFound: () => void): void {
    void this.run(onFound);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    await Promise.resolve();
  }

  current(): readonly FoundAddress[] {
    const all = [...this.found.values()].flat();
    return all.slice(0, this.options.addressesMax).map((address) => ({ address }));
  }

  private async run(onFound: () => void): Promise<void> {
    let changed = false;
    for (const target of this.targets) changed = (await this.resolve(target)) || changed;
    if (this.stopped) return;
    if (changed) onFound();
    this.timer = this.options.scheduler.after(this.options.intervalMs, () => void this.run(onFound));
  }

  private async resolve(target: Target): Promise<boolean> {
    const { log } = this.options;
    try {
      const addresses = await target.resolve();
      if (this.failing.delete(target)) log.info({ name: target.label, addresses }, 'name resolved again');
      const before = this.found.get(target);
      this.found.set(target, addresses);
      return JSON.stringify(before) !== JSON.stringify(addresses);
    } catch (error) {
      if (this.failing.has(target) || this.stopped) return false;
      this.failing.add(target);
      log.warn(
        { name: target.label, source: this.name, err: error },
        'name of peers cannot be resolved; it is tried again all the time',
      );
      return false;
    }
  }
}

/** Seeds that are addresses stay as they are; names stand for all their addresses. */
export function seedSource(seeds: readonly string[], options: NameSourceOptions): AddressSource {
  const targets = seeds.map((seed): Target => {
    const { host, port } = splitAddress(seed);
    const byAddress = isIP(host) !== 0 || host === 'localhost';
    return {
      label: host,
      unresolved: [seed],
      resolve: async () =>
        byAddress ? [seed] : (await options.names.addresses(host)).map((one) => hostPort(one, port)),
    };
  });
  return new NameSource('seeds', targets, options);
}

export function dnsAddressSource(
  { name, port }: { readonly name: string; readonly port: number },
  options: NameSourceOptions,
): AddressSource {
  const resolve = async (): Promise<readonly string[]> =>
    (await options.names.addresses(name)).map((one) => hostPort(one, port));
  return new NameSource('dns', [{ label: name, unresolved: [], resolve }], options);
}

export function dnsServiceSource(srv: string, options: NameSourceOptions): AddressSource {
  const resolve = async (): Promise<readonly string[]> =>
    (await options.names.services(srv)).map(({ host, port }) => hostPort(host.replace(/\.$/, ''), port));
  return new NameSource('dns-srv', [{ label: srv, unresolved: [], resolve }], options);
}
