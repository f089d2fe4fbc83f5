/**
 * Answers Join on a node that belongs to the cluster: founders get the founders' list again, everybody else is registered by a
 * metadata command. A directory that takes the place of a lost one replaces that node for ever.
 * Whether a join token is needed, and good, the catalog decides: it learns the token's id and the hash of its secret.
 */
import { createHash } from 'node:crypto';
import {
  FlowError,
  memberId,
  METADATA_GROUP,
  type NodeId,
  nodeOf,
  replicaId,
  replicaOf,
} from '@flowmesh/base';
import type {
  CatalogCommand,
  CatalogMachine,
  CatalogNode,
  CatalogReply,
  Reply,
  TokenProof,
} from '@flowmesh/engines';
import type { ClusterLog } from './cluster-log.ts';
import type { JoinAnswer, JoinAsk, JoinToken } from './join-wire.ts';
import type { KnownPeer } from './known-peer.ts';

export interface JoinHandlerOptions {
  readonly clusterId: string;
  /** The list that the cluster was founded with, on a founder; else empty. */
  readonly founders: readonly KnownPeer[];
  readonly catalog: () => CatalogMachine;
  readonly propose: (command: CatalogCommand) => Promise<Reply>;
  readonly connected: (node: NodeId) => boolean;
  readonly wallMs: () => number;
  readonly log: ClusterLog;
}

export class JoinHandler {
  private readonly options: JoinHandlerOptions;

  constructor(options: JoinHandlerOptions) {
    this.options = options;
  }

  async handle(ask: JoinAsk): Promise<JoinAnswer> {
    const { clusterId, founders } = this.options;
    if (ask.clusterId !== clusterId) {
      throw new FlowError(
        'WRONG_CLUSTER',
        `this node belongs to cluster ${clusterId}, not ${ask.clusterId}`,
        {
          hint: 'Correct cluster.id, cluster.seeds or cluster.initialMembers of the node that joins.',
        },
      );
    }
    const { uuid } = ask.introduction;
    const isFounder = founders.some((founder) => founder.node === ask.initialId && founder.uuid === uuid);
    if (isFounder) return { kind: 'founder', founders };
    return await this.admit(ask);
  }

  private async admit(ask: JoinAsk): Promise<JoinAnswer> {
    const { catalog, propose, log } = this.options;
    if (catalog().clusterId === undefined) {
      throw new FlowError('UNAVAILABLE', 'the metadata of the cluster is not known here yet', {
        hint: 'The node asks again by itself.',
      });
    }
    const old = this.predecessor(ask);
    if (old !== undefined && this.options.connected(old.id)) {
      throw new FlowError('UNAVAILABLE', `node ${old.id} (${old.addresses.peer}) is still connected`, {
        hint: 'Two nodes may not have the same identity or peer address: stop the other one, or change the address.',
      });
    }
    const reply = await propose(this.command(ask, old));
    if (!reply.ok) throw reply.error;
    const value = reply.value as CatalogReply;
    if (value.kind !== 'node-registered' && value.kind !== 'node-replaced') {
      throw new FlowError('INTERNAL', `unexpected reply ${value.kind} to a join`);
    }
    log.info({ node: value.node, uuid: ask.introduction.uuid, replaces: old?.id }, 'node admitted');
    return this.admitted(value.node, value.revision);
  }

  /**
   * The active node whose place the directory takes: the one that it names, or the one at its own peer address, which is nowhere
   * else any more.
   */
  private predecessor(ask: JoinAsk): CatalogNode | undefined {
    const catalog = this.options.catalog();
    const { uuid, addresses } = ask.introduction;
    if (catalog.nodeByUuid(uuid) !== undefined) return undefined;
    if (ask.replaces !== undefined) {
      const named = catalog.node(ask.replaces.node);
      const same = ask.replaces.uuid === undefined || named?.uuid === ask.replaces.uuid;
      if (named?.state === 'active' && same) return named;
    }
    return catalog.nodes().find((node) => node.state === 'active' && node.addresses.peer === addresses.peer);
  }

  private command(ask: JoinAsk, old: CatalogNode | undefined): CatalogCommand {
    const common = { timeMs: this.options.wallMs(), ...ask.introduction };
    const shown = ask.token === undefined ? {} : { token: proofOf(ask.token) };
    if (old === undefined)
      return { kind: 'register-node', requestId: `join-${ask.introduction.uuid}`, ...common, ...shown };
    const lostUuid = ask.replaces?.uuid;
    return {
      kind: 'replace-node',
      requestId: `replace-${old.id}-${ask.introduction.uuid}`,
      oldNode: old.id,
      ...common,
      ...shown,
      ...(lostUuid === undefined ? {} : { lostUuid }),
    };
  }

  private admitted(node: NodeId, revision: number): JoinAnswer {
    const catalog = this.options.catalog();
    const metadata = catalog.partitionOfGroup(METADATA_GROUP);
    const members = [...(metadata?.replicas ?? []), ...(metadata?.learners ?? [])];
    const member =
      members.find((one) => nodeOf(one) === node) ?? memberId({ node, replica: replicaId(revision) });
    const peers = catalog
      .nodes()
      .filter((one) => one.state === 'active')
      .map((one) => ({ node: one.id, uuid: one.uuid, address: one.addresses.peer }));
    return { kind: 'admitted', node, replica: replicaOf(member), peers };
  }
}

/** What goes into the log of the metadata: never the secret. */
function proofOf({ id, secret }: JoinToken): TokenProof {
  return { id, secretHash: createHash('sha256').update(secret).digest('hex') };
}
