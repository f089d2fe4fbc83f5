/** What the operating system says of this machine's network: interfaces, the one with the default route, whether this is a container. */
import { existsSync, readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import os from 'node:os';
import { isLoopback } from '../../config/check.ts';

export interface MachineInterface {
  readonly name: string;
  readonly address: string;
  readonly family: 4 | 6;
  /** Loopback. */
  readonly internal: boolean;
}

export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** As they are now. */
  interfaces(): readonly MachineInterface[];
  /** Name of the interface that the default route leaves by; undefined where there is none, or where the system does not tell. */
  defaultInterface(): string | undefined;
  /** This process runs in a container. */
  contained(): boolean;
}

const ROUTES = '/proc/net/route';
const CONTAINER_MARKS = ['/.dockerenv', '/run/.containerenv'];

export const thisMachine: Machine = {
  environment: process.env,
  interfaces: () =>
    Object.entries(os.networkInterfaces()).flatMap(([name, all]) =>
      (all ?? []).map(({ address, family, internal }) => ({
        name,
        address,
        family: family === 'IPv4' ? 4 : 6,
        internal,
      })),
    ),
  defaultInterface: () => {
    try {
      return defaultRoute(readFileSync(ROUTES, 'utf8'));
    } catch {
      return undefined;
    }
  },
  contained: () =>
    CONTAINER_MARKS.some((mark) => existsSync(mark)) ||
    process.env['KUBERNETES_SERVICE_HOST'] !== undefined ||
    process.env['container'] !== undefined,
};

/** The interface of the default route in the kernel's table (destination and mask 0). */
export function defaultRoute(table: string): string | undefined {
  const rows = table.split('\n').slice(1);
  const fields = rows.map((row) => row.trim().split(/\s+/));
  return fields.find(
    ([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000',
  )?.[0];
}

/** The address by which the default route leaves, or else the first that is not loopback; IPv4 before IPv6. */
export function outwardAddress(machine: Machine): string | undefined {
  const outward = machine
    .interfaces()
    .filter((one) => !one.internal && !one.address.startsWith('fe80:'))
    .sort((a, b) => a.family - b.family);
  const name = machine.defaultInterface();
  return (outward.find((one) => one.name === name) ?? outward[0])?.address;
}

/**
 * IPv4 address of the interface for multicast: the one that is named, by name or address, or the one that peers use. Undefined while
 * there is none.
 */
export function multicastAddress(
  machine: Machine,
  wanted: { readonly interface: string | undefined; readonly peerHost: string; readonly advertised: string },
): string | undefined {
  const own = machine.interfaces().filter((one) => one.family === 4);
  if (wanted.interface !== undefined) {
    return own.find((one) => one.name === wanted.interface || one.address === wanted.interface)?.address;
  }
  if (isLoopback(wanted.peerHost)) return own.find((one) => one.internal)?.address;
  const listening = own.find((one) => one.address === wanted.peerHost || one.address === wanted.advertised);
  const outward = outwardAddress(machine);
  return listening?.address ?? (outward !== undefined && isIPv4(outward) ? outward : undefined);
}
