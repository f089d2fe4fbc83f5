/**
 * Resolving names. The resolver of c-ares waits in the background; what it does not know (the hosts file, search domains) the system is
 * asked for, which occupies a thread of the process: so one name at a time.
 */
import { lookup, Resolver } from 'node:dns/promises';

export interface NameService {
  /** IPv4 and IPv6 addresses in a fixed order; rejects where there are none. */
  addresses(name: string): Promise<readonly string[]>;
  /** Host and port of the SRV records. */
  services(name: string): Promise<readonly { readonly host: string; readonly port: number }[]>;
}

const QUERY_TIMEOUT_MS = 2_000;
const TRIES = 2;

export class SystemNames implements NameService {
  private readonly resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: TRIES });
  private readonly own: boolean;

  /** `servers` (address:port) instead of the system's. */
  constructor(servers?: readonly string[]) {
    this.own = servers !== undefined;
    if (servers !== undefined) this.resolver.setServers(servers);
  }

  async addresses(name: string): Promise<readonly string[]> {
    const found = await Promise.allSettled([this.resolver.resolve4(name), this.resolver.resolve6(name)]);
    const all = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    if (all.length > 0) return all.sort();
    const failed = found.find((one) => one.status === 'rejected');
    if (this.own) throw failed?.reason ?? new Error(`no address of ${name}`);
    return (await lookup(name, { all: true })).map(({ address }) => address).sort();
  }

  async services(name: string): Promise<readonly { readonly host: string; readonly port: number }[]> {
    const records = await this.resolver.resolveSrv(name);
    return records
      .map(({ name: host, port }) => ({ host, port }))
      .sort((a, b) => (a.host === b.host ? a.port - b.port : a.host < b.host ? -1 : 1));
  }
}
