/** The discovery of one node, as it is configured: its sources and the pool of what they find. */
import type { Clock, NodeId, Scheduler } from '@flowmesh/base';
import * as limits from '../../config/limits.ts';
import type { NodeConfig } from '../../config/schema.ts';
import type { ClusterLog } from '../cluster-log.ts';
import { AddressPool } from './address-pool.ts';
import type { AddressSource } from './address-source.ts';
import { identifyAt, type Identity, type IdentifyAsk } from './identify.ts';
import { type Machine, multicastAddress } from './machine.ts';
import { openMdns } from './mdns-socket.ts';
import { MdnsSource } from './mdns-source.ts';
import { dnsAddressSource, dnsServiceSource, type NameSourceOptions, seedSource } from './name-sources.ts';
import { SystemNames } from './names.ts';
import type { PeerDiscovery } from './peer-finder.ts';

export interface DiscoveryOptions {
  readonly config: NodeConfig;
  readonly uuid: string;
  readonly node: NodeId | undefined;
  readonly version: string;
  /** Of this node's peer listener, as others reach it. */
  readonly address: string;
  readonly machine: Machine;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly log: ClusterLog;
}

export class Discovery implements PeerDiscovery {
  readonly pool: AddressPool;
  readonly intervalMs: number;
  /** It finds more than the seeds, which are known from the start. */
  readonly searches: boolean;
  private readonly mdns: MdnsSource | undefined;

  constructor(options: DiscoveryOptions) {
    const { config, clock } = options;
    const { mdns, dns, intervalMs } = config.cluster.discovery;
    this.intervalMs = intervalMs;
    this.searches = mdns.enabled || dns !== undefined;
    this.mdns = mdns.enabled ? mdnsSource(options) : undefined;
    this.pool = new AddressPool({
      sources: [...(this.mdns === undefined ? [] : [this.mdns]), ...nameSources(options)],
      clock,
      toldExpiryMs: limits.TOLD_ADDRESS_EXPIRY_MS,
      addressesMax: limits.FOUND_ADDRESSES_MAX,
    });
  }

  start(): void {
    this.pool.start();
  }

  /** Who is there; fails with what the other side said, or UNAVAILABLE or TIMEOUT where nobody answers in time. */
  identify(address: string, ask: IdentifyAsk): Promise<Identity> {
    return identifyAt(address, ask, limits.JOIN_ATTEMPT_TIMEOUT_MS);
  }

  /** This node has its place: it announces itself with its id. */
  setNode(node: NodeId): void {
    this.mdns?.setNode(node);
  }

  async stop(): Promise<void> {
    await this.pool.stop();
  }
}

function mdnsSource({ config, machine, clock, scheduler, log, ...own }: DiscoveryOptions): MdnsSource {
  const { mdns, intervalMs } = config.cluster.discovery;
  const { uuid, node, version, address } = own;
  const advertised = address.slice(0, address.lastIndexOf(':'));
  const wanted = { interface: mdns.interface, peerHost: config.listeners.peer.host, advertised };
  return new MdnsSource({
    own: { clusterId: config.cluster.id, uuid, node, version, address },
    interfaceAddress: () => multicastAddress(machine, wanted),
    open: openMdns,
    clock,
    scheduler,
    log,
    intervalMs,
    addressesMax: limits.FOUND_ADDRESSES_MAX,
  });
}

function nameSources({ config, scheduler, log }: DiscoveryOptions): readonly AddressSource[] {
  const { seeds, discovery } = config.cluster;
  const options: NameSourceOptions = {
    names: new SystemNames(),
    scheduler,
    log,
    intervalMs: discovery.intervalMs,
    addressesMax: limits.FOUND_ADDRESSES_MAX,
  };
  const sources: AddressSource[] = seeds.length > 0 ? [seedSource(seeds, options)] : [];
  const { name, srv, port = config.listeners.peer.port } = discovery.dns ?? {};
  if (name !== undefined) sources.push(dnsAddressSource({ name, port }, options));
  if (srv !== undefined) sources.push(dnsServiceSource(srv, options));
  return sources;
}
