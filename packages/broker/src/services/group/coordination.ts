/** Everything that stands on the coordinator shards, put together: groups, transactions, and the calls between nodes that they need. */
import type { Clock, GroupId, NodeId, Scheduler } from '@flowmesh/base';
import { qualifiedName } from '@flowmesh/engines';
import type { ReplicaManager } from '../../replica/replica-api.ts';
import type { DeadlineWheel } from '../deadline-wheel.ts';
import { LeaderCalls, type LeaderCallsPorts } from '../forward/leader-calls.ts';
import { COORDINATORS_NAME, type Coordinators } from '../metadata/coordinators.ts';
import type { ProducerIds } from '../metadata/producer-ids.ts';
import type { CatalogPort, DiskPort, Door, GroupLeader, LeaderPort } from '../ports.ts';
import type { StreamService } from '../stream/stream-service.ts';
import { registerParticipant } from '../transaction/participants.ts';
import { TransactionDriver } from '../transaction/transaction-driver.ts';
import { TransactionService } from '../transaction/transaction-service.ts';
import { ClassicGroups, type ClassicLimits, DEFAULT_CLASSIC_LIMITS } from './classic-groups.ts';
import { ConsumerGroups } from './consumer-groups.ts';
import { CoordinatorShards, shardOf } from './coordinator-shards.ts';
import { GroupAdmin } from './group-admin.ts';
import { GroupLags } from './group-lag.ts';
import { GroupKeeper } from './group-keeper.ts';
import { GroupService } from './group-service.ts';
import { OffsetParticipant } from './offset-participant.ts';
import { ShareOffsets } from './share-offsets.ts';
import { ShareGroups } from './share-groups.ts';
import { StreamPositions } from './stream-positions.ts';

export interface CoordinationPorts {
  readonly node: NodeId;
  readonly replicas: ReplicaManager;
  readonly catalog: CatalogPort;
  readonly leaders: LeaderPort;
  readonly disk: DiskPort;
  readonly door: Door;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly wheel: DeadlineWheel;
  readonly forward: LeaderCallsPorts['forward'];
  readonly streams: StreamService;
  readonly producers: Pick<ProducerIds, 'fresh'>;
  readonly coordinators: Pick<Coordinators, 'ensure'>;
  readonly newUuid: () => string;
  /** Absent: the defaults. */
  readonly classic?: ClassicLimits;
}

export interface CoordinatorPlace {
  readonly shard: number;
  readonly shards: number;
  readonly resource: string;
  /** Of the shard. */
  readonly group: GroupId | undefined;
  /** Undefined while there is none. */
  readonly leader: GroupLeader | undefined;
}

export class Coordination {
  readonly calls: LeaderCalls;
  readonly groups: GroupService;
  readonly classic: ClassicGroups;
  readonly consumers: ConsumerGroups;
  readonly shares: ShareGroups;
  readonly shareOffsets: ShareOffsets;
  readonly groupAdmin: GroupAdmin;
  readonly transactions: TransactionService;
  readonly lags: GroupLags;
  private readonly ports: CoordinationPorts;
  private readonly shards: CoordinatorShards;
  private readonly keeper: GroupKeeper;
  private readonly driver: TransactionDriver;

  constructor(ports: CoordinationPorts) {
    const { catalog, door, scheduler, streams, producers } = ports;
    this.ports = ports;
    this.calls = new LeaderCalls(ports);
    this.shards = new CoordinatorShards(ports);
    const shared = { ...ports, shards: this.shards, calls: this.calls };
    const freshProducerId = (): Promise<number> => producers.fresh();
    this.driver = new TransactionDriver({ ...shared, freshProducerId });
    this.keeper = new GroupKeeper({
      ...shared,
      onTransaction: (shard, id) => this.driver.onChanged(shard, id),
    });
    registerParticipant(this.calls, 'stream', streams.participant);
    registerParticipant(this.calls, 'offsets', new OffsetParticipant(this.shards));
    this.groups = new GroupService({ ...shared, keeper: this.keeper });
    this.classic = new ClassicGroups({
      ...shared,
      keeper: this.keeper,
      classic: ports.classic ?? DEFAULT_CLASSIC_LIMITS,
    });
    this.consumers = new ConsumerGroups({ ...shared, groups: this.groups });
    this.shares = new ShareGroups({ ...shared, keeper: this.keeper });
    const positions = new StreamPositions(shared);
    this.shareOffsets = new ShareOffsets({ ...shared, shares: streams.shares });
    this.groupAdmin = new GroupAdmin({ ...shared, positions, shareOffsets: this.shareOffsets });
    this.lags = new GroupLags({ ...shared, positions });
    this.transactions = new TransactionService({
      shards: this.shards,
      calls: this.calls,
      driver: this.driver,
      catalog,
      door,
      scheduler,
      freshProducerId,
    });
  }

  /** Where a group or a transactional id is to be asked; makes the coordinators where there are none. */
  async find(key: string): Promise<CoordinatorPlace> {
    const { groups } = await this.ports.coordinators.ensure();
    const shard = shardOf(key, groups.length);
    const group = groups[shard];
    return {
      shard,
      shards: groups.length,
      resource: qualifiedName('coordinator', COORDINATORS_NAME),
      group,
      leader: group === undefined ? undefined : this.ports.leaders.leaderOf(group),
    };
  }

  close(): void {
    this.driver.close();
    this.keeper.close();
    this.lags.close();
    this.shards.table.close();
  }
}
