/** What the first metadata leader does first: it writes down who founded the cluster. Repeating it changes nothing. */
import { type Clock, isFlowError } from '@flowmesh/base';
import type { CatalogCommand, CatalogMachine, NodeIntroduction, Reply } from '@flowmesh/engines';
import { FEATURES_UNTOLD } from '@flowmesh/engines';
import type { InitialMemberAddress } from './admission.ts';
import type { ClusterLog } from './cluster-log.ts';
import type { MembershipRecord } from './membership-record.ts';

export interface FounderAddresses extends InitialMemberAddress {
  readonly grpcAddress: string;
  readonly httpAddress: string;
}

export interface FoundClusterOptions {
  readonly record: MembershipRecord;
  /** The cluster begins with the level of this node's build: all founders are of one build. */
  readonly introduction: NodeIntroduction;
  /** Addresses of the founders as configured; where one is not in it, those that it told are taken. */
  readonly initialMembers: readonly FounderAddresses[];
  /** Nodes that join the cluster have to show a token. */
  readonly joinTokenRequired: boolean;
  readonly catalog: CatalogMachine;
  readonly propose: (command: CatalogCommand) => Promise<Reply>;
  readonly clock: Clock;
  readonly log: ClusterLog;
}

export async function foundCluster(options: FoundClusterOptions): Promise<void> {
  const { record, introduction, catalog, propose, clock, log } = options;
  if (catalog.clusterId !== undefined || record.founders.length === 0) return;
  const { clusterId } = record;
  const nodes = foundersOf(options);
  try {
    const reply = await propose({
      kind: 'init-cluster',
      requestId: `init-${clusterId}`.slice(0, 64),
      timeMs: clock.wallMs(),
      clusterId,
      nodes,
      featureLevel: (introduction.features ?? FEATURES_UNTOLD).max,
      config: { 'join.token.required': String(options.joinTokenRequired) },
    });
    if (reply.ok) log.info({ cluster: clusterId, nodes: nodes.map((node) => node.id) }, 'cluster founded');
    else log.error({ err: reply.error }, 'cluster could not be founded');
  } catch (error) {
    if (!isFlowError(error)) throw error;
    log.warn({ err: error }, 'cluster not founded yet: the next metadata leader tries again');
  }
}

function foundersOf({ record, initialMembers }: FoundClusterOptions) {
  return record.founders.map((founder) => {
    const configured = initialMembers.find((member) => member.id === founder.node);
    const { services } = founder;
    const addresses = {
      peer: founder.address,
      grpc: configured?.grpcAddress ?? services?.grpc ?? founder.address,
      http: configured?.httpAddress ?? services?.http ?? '',
    };
    return { id: founder.node, uuid: founder.uuid, addresses, rack: '' };
  });
}
