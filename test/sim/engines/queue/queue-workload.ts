/** A queue with producers, workers and somebody who looks after the dead letters: no job is lost, none is in two hands or two states. */
import type { GroupId, Random } from '@flowmesh/base';
import type { CatalogStream } from '@flowmesh/engines';
import { ByteBudget } from '../../../../packages/broker/src/services/byte-budget.ts';
import { type Caller, type CatalogPort, NO_METRICS } from '../../../../packages/broker/src/services/ports.ts';
import { QueueService } from '../../../../packages/broker/src/services/queue/queue-service.ts';
import type { Checker } from '../../check/checker.ts';
import type { SimProcess } from '../../world/sim-process.ts';
import { ask, choose } from '../ask.ts';
import type { EnginePorts, EngineWorld, ResourceWish, Workload } from '../workload.ts';
import { command, nameOf, type QueuePlace } from './queue-place.ts';
import { drawChore, lastChore } from './chores.ts';
import { QueueProducer } from './queue-producer.ts';
import { queueChecker, QueueShard } from './queue-shard.ts';
import { QueueWorker } from './queue-worker.ts';

const QUEUE = 'jobs';
const CARE_EVERY_MS = 1_500;
const ALTER_EVERY_MS = 4_000;
const NEVER: AbortSignal = new AbortController().signal;

export class QueueWorkload implements Workload {
  readonly name = 'queue';
  readonly resources: readonly ResourceWish[];
  readonly checkers: readonly Checker[];
  readonly clients: QueueProducer[] = [];
  private readonly world: EngineWorld;
  private readonly shards = new Map<GroupId, QueueShard>();
  private readonly workers: QueueWorker[] = [];
  private readonly services = new WeakMap<SimProcess, QueueService>();
  private draining = false;
  private catalog: CatalogPort | undefined;
  private alterations = 0;

  constructor(world: EngineWorld) {
    this.world = world;
    this.checkers = [queueChecker(this.shards)];
    const shards = 1 + world.random.below(2);
    this.resources = [{ kind: 'queue', name: QUEUE, shards, config: drawConfig(world.random) }];
  }

  equip(process: SimProcess, ports: EnginePorts): void {
    const { world } = this;
    this.catalog = ports.catalog;
    const service = new QueueService({
      ...ports,
      metrics: NO_METRICS,
      receiversMax: 100,
      onFault: (error) => world.note(process.name, `${error.code}: ${error.message}`),
    });
    service.start();
    this.services.set(process, service);
  }

  begin([queue]: readonly CatalogStream[]): void {
    const { random } = this.world;
    for (const [shard, group] of (queue?.groups ?? []).entries()) {
      const known = new QueueShard(group);
      this.shards.set(group, known);
      const serviceOf = (process: SimProcess): QueueService | undefined => this.services.get(process);
      const place: QueuePlace = { queue: QUEUE, shard, group, known, receipts: [], serviceOf };
      const producers = 1 + random.below(2);
      for (let i = 0; i < producers; i++)
        this.clients.push(
          new QueueProducer(this.world, place, `p${shard}${'ab'[i]}`, callerOf(shard * 10 + i)),
        );
      const workers = 2 + random.below(3);
      for (let i = 0; i < workers; i++) {
        const options = {
          name: `w${shard}${'abcd'[i]}`,
          caller: callerOf(shard * 10 + i),
          pushed: i % 2 === 1,
        };
        this.workers.push(new QueueWorker(this.world, place, options));
      }
      this.careLater(place);
    }
    if (queue !== undefined && random.unit() < 0.5) this.alterLater(queue.uuid);
  }

  windDown(): void {
    this.draining = true;
    for (const producer of this.clients) producer.closing = true;
    for (const worker of this.workers) worker.drain();
  }

  unsettled(): string | undefined {
    for (const { model, group } of this.shards.values()) {
      if (model.living > 0) return `group ${group} has ${model.living} jobs that nobody has finished`;
      if (model.configRevision < this.newestRevision()) return `group ${group} has an old configuration`;
      if (model.redrivesRunning.length > 0) return `group ${group} has redrives that do not end`;
      if (lastChore(model) !== undefined) return `group ${group} is paused, or has schedules`;
    }
    return undefined;
  }

  inspect(group: GroupId, applied: number, keys: Iterable<string>): void {
    this.shards.get(group)?.inspect(applied, keys);
  }

  finalChecks(): void {
    for (const { model, group } of this.shards.values())
      this.world.note('queue', `group ${group}: ${model.gone.size} jobs gone, ${model.dead.length} dead`);
  }

  private newestRevision(): number {
    return this.catalog?.machine.resource('queue', QUEUE)?.changedRevision ?? 0;
  }

  /** Its configuration is changed while it works. */
  private alterLater(uuid: string): void {
    const { world } = this;
    world.time.after(ALTER_EVERY_MS * (0.5 + world.random.unit()), undefined, 'alter', () => {
      if (this.draining) return;
      this.alterLater(uuid);
      const wanted = Object.entries(drawConfig(world.random)).filter(() => world.random.unit() < 0.4);
      if (
        givesWayByTurn({
          ...this.catalog?.machine.resource('queue', QUEUE)?.config,
          ...Object.fromEntries(wanted),
        })
      )
        return;
      const requestId = `alter ${++this.alterations}`;
      const command = { kind: 'alter-stream', uuid, set: Object.fromEntries(wanted), unset: [] } as const;
      const done = this.catalog?.propose({ ...command, requestId, timeMs: 1 }, NEVER);
      done?.then(
        (reply) => {
          if (!reply.ok) world.failed(reply.error);
        },
        (error: unknown) => world.failed(error),
      );
    });
  }

  /** Somebody operates the queue, and does the same thing twice at times. */
  private careLater(place: QueuePlace): void {
    const { world } = this;
    const { random } = world;
    world.time.after(CARE_EVERY_MS * (0.5 + random.unit()), undefined, 'care', () => {
      this.careLater(place);
      const process = choose(world, (each) => each.replicas?.get(place.group)?.serving === true);
      const service = process === undefined ? undefined : place.serviceOf(process);
      const body = this.draining ? lastChore(place.known.model) : drawChore(random, place.known.model);
      if (process === undefined || service === undefined || body === undefined) return;
      const request = (): Promise<unknown> => command(service, nameOf(place, callerOf(99)), body);
      ask(world, { label: body.kind, process, timeoutMs: 1_000, request, done: () => undefined });
    });
  }
}

function drawConfig(random: Random): Readonly<Record<string, string>> {
  const config: Record<string, string> = {
    'visibility.timeout.ms': String(200 + random.below(1_500)),
    'attempts.max': String(2 + random.below(4)),
    'retry.initial.ms': String(20 + random.below(300)),
    'retry.max.ms': '1000',
    'dedup.window.ms': String(300 + random.below(4_000)),
  };
  const backoffs = ['exponential', 'linear', 'fixed'];
  config['retry.backoff'] = backoffs[random.below(3)] ?? 'fixed';
  if (random.unit() < 0.5) config['expired.lease.retry'] = 'backoff';
  if (random.unit() < 0.4) config['ordering'] = 'key';
  if (random.unit() < 0.2) config['max.in.flight'] = String(2 + random.below(6));
  if (random.unit() < 0.2) config['fairness'] = 'key';
  else if (random.unit() < 0.3) {
    config['max.jobs'] = String(5 + random.below(30));
    config['overflow'] = ['reject', 'drop-oldest', 'dead-letter'][random.below(3)] ?? 'reject';
  }
  return config;
}

/** No answer says whose turn it is to give way to new jobs, so the model could not know. */
function givesWayByTurn({ fairness, overflow = 'reject' }: Readonly<Record<string, string>>): boolean {
  return fairness === 'key' && overflow !== 'reject';
}

function callerOf(id: number): Caller {
  return { id, protocol: 'sim', address: 'sim', principal: undefined, inFlight: new ByteBudget(1 << 20) };
}
