/**
 * Follows peers of a running member whose addresses changed. While a peer is not connected, the node asks who is at every address that it
 * knows of; whoever proves to be a peer, by node id and directory, is tried there from then on. It says its own address with it, so that
 * a node that moved is found by those that it can reach.
 */
import {
  type Clock,
  type FlowError,
  isFlowError,
  type NodeId,
  type Scheduler,
  type TimerHandle,
} from '@flowmesh/base';
import type { ClusterLog } from '../cluster-log.ts';
import type { KnownPeer } from '../known-peer.ts';
import type { AddressPool } from './address-pool.ts';
import type { IdentifyAsk, Identity } from './identify.ts';

/** Where to look for peers, and how to ask who is there. */
export interface PeerDiscovery {
  readonly pool: AddressPool;
  readonly identify: (address: string, ask: IdentifyAsk) => Promise<Identity>;
  readonly intervalMs: number;
}

export interface PeerFinderOptions extends PeerDiscovery {
  readonly clusterId: string;
  readonly uuid: string;
  readonly node: NodeId;
  readonly address: string;
  /** The peers as known now, and whether each is connected. */
  readonly peers: () => readonly KnownPeer[];
  readonly connected: (node: NodeId) => boolean;
  /** The peer answered there. */
  readonly found: (peer: KnownPeer) => void;
  /** A node that is not known here answered, and knows this one: all peers known here may have been replaced meanwhile. */
  readonly introduced: (peer: KnownPeer) => void;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly log: ClusterLog;
  /** Between two rounds at least, however often the sources find something. */
  readonly pauseMs: number;
  /** Addresses asked at once. */
  readonly concurrency: number;
}

/** Strangers and claims that are kept in mind. */
const REMEMBERED_MAX = 64;

export class PeerFinder {
  private readonly options: PeerFinderOptions;
  private timer: TimerHandle | undefined;
  private running: Promise<void> | undefined;
  private unlisten: () => void = () => undefined;
  private again = false;
  private stopped = false;
  /** Strangers that were warned of, by directory. */
  private readonly strangers = new Set<string>();
  /** Addresses that peers say are theirs, until somebody answers there or the first attempt failed. */
  private readonly claims = new Map<string, NodeId>();

  constructor(options: PeerFinderOptions) {
    this.options = options;
  }

  start(): void {
    this.unlisten = this.options.pool.onFound(() => this.kick());
    this.kick();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.unlisten();
    this.timer?.cancel();
    await this.running;
  }

  /** A caller that says it is a peer at `address`: believed only once it answers there. */
  heard(ask: IdentifyAsk): void {
    const { clusterId, peers, connected, pool } = this.options;
    const peer = peers().find((one) => one.node === ask.node && one.uuid === ask.uuid);
    if (ask.clusterId !== clusterId || peer === undefined || connected(peer.node)) return;
    if (peer.address === ask.address) return;
    if (this.claims.size < REMEMBERED_MAX) this.claims.set(ask.address, peer.node);
    pool.told(ask.address);
  }

  private kick(): void {
    if (this.stopped) return;
    this.again = true;
    if (this.running !== undefined) return;
    this.timer?.cancel();
    this.running = this.rounds().finally(() => {
      this.running = undefined;
      if (this.stopped) return;
      this.timer = this.options.scheduler.after(this.options.intervalMs, () => this.kick());
    });
  }

  private async rounds(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      await this.round();
      if (this.again) {
        await new Promise<void>(
          (resolve) => void this.options.scheduler.after(this.options.pauseMs, resolve),
        );
      }
    }
  }

  private async round(): Promise<void> {
    const { node, peers, connected, pool, address: own, concurrency, found } = this.options;
    const others = peers().filter((peer) => peer.node !== node);
    const missing = others.filter((peer) => !connected(peer.node));
    if (missing.length === 0) return;
    const taken = new Set(others.filter((peer) => connected(peer.node)).map((peer) => peer.address));
    const known = [...pool.addresses(), ...others.map((peer) => peer.address)];
    const addresses = [...new Set(known)]
      .filter((address) => address !== own && !taken.has(address))
      .values();
    const answered: KnownPeer[] = [];
    const worker = async (): Promise<void> => {
      for (const address of addresses) {
        if (this.stopped) return;
        const peer = await this.ask(address);
        if (peer !== undefined) answered.push(peer);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    for (const peer of missing) {
      const places = answered.filter((one) => one.node === peer.node);
      // Whoever answers where it is dialled already has another trouble than its address.
      if (places[0] === undefined || places.some((place) => place.address === peer.address)) continue;
      found(places[0]);
    }
  }

  /** The peer that answers at the address; undefined where it is nobody, or no peer. */
  private async ask(address: string): Promise<KnownPeer | undefined> {
    const { clusterId, uuid, node, address: own, identify } = this.options;
    try {
      const identity = await identify(address, { clusterId, uuid, node, address: own });
      this.claims.delete(address);
      return this.recognise(address, identity);
    } catch (error) {
      if (!isFlowError(error)) throw error;
      this.unanswered(address, error);
      return undefined;
    }
  }

  private recognise(address: string, identity: Identity): KnownPeer | undefined {
    const { clusterId, uuid, peers, pool, introduced, log } = this.options;
    if (this.stopped || identity.clusterId !== clusterId || identity.uuid === uuid) return undefined;
    for (const known of identity.known) pool.told(known);
    const peer = peers().find((one) => one.node === identity.node);
    if (peer === undefined) {
      if (identity.node !== undefined && identity.knowsAsker)
        introduced({ node: identity.node, uuid: identity.uuid, address });
      return undefined;
    }
    if (peer.uuid === identity.uuid) return { node: peer.node, uuid: peer.uuid, address };
    if (this.strangers.has(identity.uuid) || this.strangers.size >= REMEMBERED_MAX) return undefined;
    this.strangers.add(identity.uuid);
    log.warn(
      { address, node: identity.node, uuid: identity.uuid, known: peer.uuid },
      'another cluster with the same id is at this address, or a copy of a node: it is left alone',
    );
    return undefined;
  }

  private unanswered(address: string, error: FlowError): void {
    const { log } = this.options;
    const node = this.claims.get(address);
    if (node === undefined) return log.debug({ address, err: error }, 'nobody to identify at an address');
    this.claims.delete(address);
    log.warn(
      { node, address, err: error },
      'a peer says that it is at this address, but cannot be reached there: check what it advertises (--advertise)',
    );
  }
}
