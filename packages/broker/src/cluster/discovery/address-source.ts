/**
 * Something that finds peer addresses: mDNS, DNS, the configured seeds. Only addresses: whoever is there is asked before anything is made
 * of it, and a source founds nothing and admits nobody.
 */
import type { NodeId } from '@flowmesh/base';

export interface FoundAddress {
  /** host:port of a peer listener. */
  readonly address: string;
  /** What the source says beside; never trusted. */
  readonly clusterId?: string;
  readonly node?: NodeId;
}

export interface AddressSource {
  /** For people. */
  readonly name: string;
  /** Begins to look; `onFound` says that `current` may have changed. Troubles are logged, never thrown. */
  start(onFound: () => void): void;
  stop(): Promise<void>;
  current(): readonly FoundAddress[];
}

/** host:port, an IPv6 address in brackets. */
export function hostPort(host: string, port: number): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The two halves of host:port, the host without brackets. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(address.slice(at + 1)) };
}
