/** What the metadata keeps on record: the audit of operators, the feature level, and everything as one document. */
import { FlowError } from '@flowmesh/base';
import type { CatalogMachine } from '@flowmesh/engines';
import type { AuditEntry } from '@flowmesh/engines';
import type { Caller } from '../ports.ts';
import { callerName, pass, propose } from './admin-ports.ts';
import type { AdminPorts, Change } from './admin-ports.ts';
import { surveyFeatures } from './node-features.ts';

const EXPORT_VERSION = 1;

export class ClusterRecords {
  private readonly ports: Pick<AdminPorts, 'catalog' | 'nodes' | 'door' | 'clock'>;

  constructor(ports: Pick<AdminPorts, 'catalog' | 'nodes' | 'door' | 'clock'>) {
    this.ports = ports;
  }

  /** The latest first. */
  audit(caller: Caller, limit: number): readonly AuditEntry[] {
    pass(this.ports.door, caller, 'cluster', 'audit');
    return [...this.ports.catalog.machine.audit()].reverse().slice(0, limit);
  }

  /** The level in force afterwards. */
  async finaliseFeatures(change: Change & { readonly level: number }): Promise<number> {
    const { catalog, clock, door } = this.ports;
    const { caller, requestId, level, signal } = change;
    pass(door, caller, 'cluster-admin', 'features');
    const common = { requestId, timeMs: clock.wallMs(), by: callerName(caller) };
    const { told, silent } = surveyFeatures(catalog.machine, this.ports.nodes);
    if (silent.length > 0) {
      throw new FlowError('UNAVAILABLE', `node ${silent.join(', ')} has not told yet which levels it knows`, {
        hint: 'Nodes tell it within seconds of their start; repeat the command then.',
      });
    }
    // Copies of the metadata that earlier builds kept may not have what the nodes know: they are told.
    const command = { kind: 'finalise-features', ...common, level, nodes: told } as const;
    await propose(catalog, command, 'features-finalised', signal);
    return catalog.machine.featureLevel;
  }

  exportMetadata(caller: Caller): { readonly json: Uint8Array; readonly revision: number } {
    const { catalog, door } = this.ports;
    pass(door, caller, 'cluster', 'metadata');
    const { machine } = catalog;
    return { json: Buffer.from(JSON.stringify(metadataDocument(machine))), revision: machine.revision };
  }
}

/** Hashes of join secrets and the keys of passwords stay out: they are of no use to anybody who may read this. */
function metadataDocument(machine: CatalogMachine): object {
  return {
    format: 'flowmesh-metadata',
    version: EXPORT_VERSION,
    clusterId: machine.clusterId,
    revision: machine.revision,
    featureLevel: machine.featureLevel,
    nodes: machine.nodes(),
    streams: machine.streams(),
    partitions: [...machine.partitions()],
    tombstones: [...machine.tombstones()],
    config: {
      cluster: machine.config('cluster'),
      ...Object.fromEntries(
        machine.nodes().map(({ id }) => [`node:${id}`, machine.config(`node:${id}`)] as const),
      ),
    },
    joinTokens: [...machine.joinTokens()].map(({ secretHash: _kept, ...token }) => token),
    users: machine.users().map(({ credentials, ...user }) => ({
      ...user,
      mechanisms: credentials.map(({ mechanism }) => mechanism),
    })),
    rebalance: machine.rebalance(),
    audit: [...machine.audit()],
  };
}
