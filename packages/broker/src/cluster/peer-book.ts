/**
 * Who this node talks to: the active nodes of the catalog, and until the local copy knows any, those that the directory remembers.
 * What changes is remembered for the next start. A remembered node of which the local copy has never heard is a peer until it does: that
 * copy is older than the memory, as a newcomer's first one may be, and the leader that it needs may be the one that it does not know.
 *
 * A peer that was found elsewhere, by its node id and directory, is dialled there while it is not connected, until the catalog names
 * another address than it did then: all peers may move at once, and then nobody can tell the catalog before some of them are connected.
 */
import { isFlowError, type NodeId } from '@flowmesh/base';
import type { CatalogMachine } from '@flowmesh/engines';
import type { PeerEndpoint } from '../transport/transport.ts';
import type { ClusterLog } from './cluster-log.ts';
import type { KnownPeer } from './known-peer.ts';

export interface PeerBookOptions {
  readonly self: NodeId;
  readonly remembered: readonly KnownPeer[];
  readonly setPeers: (peers: readonly PeerEndpoint[]) => void;
  readonly connected: (node: NodeId) => boolean;
  readonly remember: (peers: readonly KnownPeer[]) => Promise<void>;
  readonly log: ClusterLog;
}

/** Nodes that others told of: only metadata leaders are told of, one at a time. */
const STRANGERS_MAX = 64;

interface Moved {
  readonly uuid: string;
  readonly address: string;
  /** The address that it stands for. */
  readonly instead: string;
}

export class PeerBook {
  private readonly options: PeerBookOptions;
  private current: readonly KnownPeer[];
  private readonly moved = new Map<NodeId, Moved>();
  private readonly strangers = new Map<NodeId, KnownPeer>();
  private words = '';
  private saving: Promise<void> | undefined;
  private unsaved = false;
  private revision = -1;

  constructor(options: PeerBookOptions) {
    this.options = options;
    this.current = options.remembered;
  }

  /** Connects to the remembered peers. */
  start(): void {
    this.words = JSON.stringify(this.current);
    this.connect();
  }

  /** Follows the catalog. Cheap where nothing changed. */
  follow(catalog: CatalogMachine): void {
    if (catalog.clusterId === undefined || catalog.revision === this.revision) return;
    this.revision = catalog.revision;
    const active = catalog
      .nodes()
      .filter((node) => node.state === 'active')
      .map((node): KnownPeer => ({ node: node.id, uuid: node.uuid, address: node.addresses.peer }));
    for (const { id } of catalog.nodes()) this.strangers.delete(id);
    const unheard = this.current.filter((peer) => catalog.node(peer.node) === undefined);
    const current = [...active, ...unheard];
    const words = JSON.stringify(current);
    if (words === this.words) return;
    this.words = words;
    this.current = current;
    this.connect();
    this.save();
  }

  /** All known nodes, this one included, with the addresses where they are dialled. */
  peers(): readonly KnownPeer[] {
    return [...this.current, ...this.strangers.values()].map((peer) => {
      const moved = this.moved.get(peer.node);
      const applies = moved?.uuid === peer.uuid && moved.instead === peer.address;
      return applies ? { ...peer, address: moved.address } : peer;
    });
  }

  /** The peer answered at this address, with its node id and its directory. */
  found({ node, uuid, address }: KnownPeer): void {
    const { self, connected, log } = this.options;
    const peer = this.peers().find((one) => one.node === node);
    if (peer === undefined || node === self || peer.uuid !== uuid || peer.address === address) return;
    if (connected(node)) return;
    const instead = this.current.find((one) => one.node === node)?.address ?? peer.address;
    this.moved.set(node, { uuid, address, instead });
    log.info({ node, address, before: peer.address }, 'peer found at another address');
    this.connect();
    this.save();
  }

  /**
   * A node of the cluster told of one that the local copy of the metadata does not know yet: without talking to it that copy may never
   * come to know it. It is a peer until the catalog speaks of it.
   */
  introduced(peer: KnownPeer): void {
    if (peer.node === this.options.self || this.peers().some((one) => one.node === peer.node)) return;
    if (this.strangers.size >= STRANGERS_MAX) return;
    this.strangers.set(peer.node, peer);
    this.options.log.info({ node: peer.node, address: peer.address }, 'peer introduced by another node');
    this.connect();
  }

  async stop(): Promise<void> {
    await this.saving;
  }

  private connect(): void {
    const { self, setPeers } = this.options;
    setPeers(this.peers().filter((peer) => peer.node !== self));
  }

  private save(): void {
    this.unsaved = true;
    this.saving ??= this.saveAll().finally(() => {
      this.saving = undefined;
    });
  }

  private async saveAll(): Promise<void> {
    while (this.unsaved) {
      this.unsaved = false;
      try {
        await this.options.remember(this.peers());
      } catch (error) {
        if (!isFlowError(error)) throw error;
        this.options.log.warn({ err: error }, 'peers not remembered');
      }
    }
  }
}
