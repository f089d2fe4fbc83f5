/**
 * Who this node talks to: the active nodes of the catalog, and until the local copy knows any, those that the directory remembers.
 * What changes is remembered for the next start.
 */
import { isFlowError, type NodeId } from '@flowmesh/base';
import type { CatalogMachine } from '@flowmesh/engines';
import type { PeerEndpoint } from '../transport/transport.ts';
import type { ClusterLog } from './cluster-log.ts';
import type { KnownPeer } from './join-wire.ts';

export interface PeerBookOptions {
  readonly self: NodeId;
  readonly remembered: readonly KnownPeer[];
  readonly setPeers: (peers: readonly PeerEndpoint[]) => void;
  readonly remember: (peers: readonly KnownPeer[]) => Promise<void>;
  readonly log: ClusterLog;
}

export class PeerBook {
  private readonly options: PeerBookOptions;
  private current: readonly KnownPeer[];
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
    const words = JSON.stringify(active);
    if (words === this.words) return;
    this.words = words;
    this.current = active;
    this.connect();
    this.save();
  }

  async stop(): Promise<void> {
    await this.saving;
  }

  private connect(): void {
    const { self, setPeers } = this.options;
    setPeers(this.current.filter((peer) => peer.node !== self));
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
        await this.options.remember(this.current);
      } catch (error) {
        if (!isFlowError(error)) throw error;
        this.options.log.warn({ err: error }, 'peers not remembered');
      }
    }
  }
}
