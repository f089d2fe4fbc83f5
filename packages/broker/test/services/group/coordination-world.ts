/** Groups and transactions of one node over fakes: time moves, and turns of the event loop end, only when a test says so. */
import { FlowError, type GroupId, METADATA_GROUP, nodeId } from '@flowmesh/base';
import { CoordinatorMachine } from '@flowmesh/engines';
import { DeadlineWheel } from '../../../src/services/deadline-wheel.ts';
import { Coordination } from '../../../src/services/group/coordination.ts';
import type {
  HeartbeatRequest,
  JoinRequest,
  MemberAnswer,
} from '../../../src/services/group/group-service.ts';
import { type Door, OPEN_DOOR } from '../../../src/services/ports.ts';
import type { TransactionEnd } from '../../../src/services/transaction/participant.ts';
import { registerParticipant } from '../../../src/services/transaction/participants.ts';
import { caller, createStream, makeWorld, type World } from '../fake-cluster.ts';
import type { FakeReplica } from '../fake-replicas.ts';

const CALLER = caller();

export interface CoordinationWorld extends World {
  readonly coordination: Coordination;
  readonly shard: FakeReplica<CoordinatorMachine>;
  /** Markers as the queue participant got them; it fails while `queueFailure` is set. */
  readonly markers: TransactionEnd[];
  readonly control: { queueFailure: FlowError | undefined };
  readonly queueGroup: GroupId;
  join(member: string, options?: Partial<JoinRequest>): Promise<MemberAnswer>;
  heartbeat(member: string, options?: Partial<HeartbeatRequest>): Promise<MemberAnswer>;
  /** Ends turns until the promise is settled. */
  run<T>(work: Promise<T>): Promise<T>;
  /** Moves time in small steps, with turns in between. */
  pass(ms: number): Promise<void>;
}

export function coordinationWorld(door: Door = OPEN_DOOR): CoordinationWorld {
  const world = makeWorld();
  const { time, catalog, leaders, replicas, disk, streams } = world;
  const [group] = createStream(catalog, 'coordinator:groups') as [GroupId];
  const [queueGroup] = createStream(catalog, 'queue:mail') as [GroupId];
  for (const one of [group, queueGroup]) leaders.set(one, 1);
  const shard = replicas.placeWith(group, new CoordinatorMachine());
  const metadata = replicas.placeWith(METADATA_GROUP, catalog.machine);
  catalog.onApplied = () => {
    for (const listener of replicas.listeners) listener.onApplied?.(metadata, 0);
  };
  let producerId = 100;
  let uuids = 0;
  const coordinators = { ensure: async () => catalog.machine.streamByName('coordinator:groups') };
  const coordination = new Coordination({
    node: nodeId(1),
    replicas,
    catalog,
    leaders,
    disk,
    door,
    clock: time,
    scheduler: time,
    wheel: new DeadlineWheel({ clock: time, scheduler: time }),
    forward: () => Promise.reject(new FlowError('UNAVAILABLE', 'there is no other node')),
    streams,
    producers: { fresh: async () => producerId++ } as never,
    coordinators: coordinators as never,
    newUuid: () => `uuid-${++uuids}`,
  });
  const markers: TransactionEnd[] = [];
  const control: CoordinationWorld['control'] = { queueFailure: undefined };
  registerParticipant(coordination.calls, 'queue', {
    endTransaction: async (_, end) => {
      if (control.queueFailure !== undefined) throw control.queueFailure;
      markers.push(end);
    },
  });
  const turn = async (): Promise<void> => {
    time.settle();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const run = async <T>(work: Promise<T>): Promise<T> => {
    let settled = false;
    const end = (): void => {
      settled = true;
    };
    work.then(end, end);
    for (let i = 0; i < 200 && !settled; i++) await turn();
    if (!settled) throw new Error('the call is not answered');
    return await work;
  };
  return {
    ...world,
    coordination,
    shard,
    markers,
    control,
    queueGroup,
    run,
    join: (member, options = {}) =>
      run(
        coordination.groups.join({
          caller: CALLER,
          group: 'g',
          member,
          instanceId: '',
          clientId: '',
          rack: '',
          streams: ['s'],
          pattern: '',
          assignor: undefined,
          sessionTimeoutMs: 10_000,
          rebalanceTimeoutMs: 20_000,
          ...options,
        }),
      ),
    heartbeat: (member, options = {}) =>
      coordination.groups.heartbeat(
        {
          caller: CALLER,
          group: 'g',
          member,
          instanceId: '',
          epoch: 0,
          confirmedEpoch: 0,
          waitMs: 0,
          ...options,
        },
        new AbortController().signal,
      ),
    pass: async (ms) => {
      for (let passed = 0; passed < ms; passed += 100) {
        time.advance(Math.min(100, ms - passed));
        await turn();
      }
    },
  };
}
