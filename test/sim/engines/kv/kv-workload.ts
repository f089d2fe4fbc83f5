/** A bucket with clients and watchers: linearizable, complete for watchers, and what the rules say. */
import { type GroupId, type Random, shardOfKey, utf8Encode } from '@flowmesh/base';
import type { CatalogStream } from '@flowmesh/engines';
import { ByteBudget } from '../../../../packages/broker/src/services/byte-budget.ts';
import { KvService } from '../../../../packages/broker/src/services/kv/kv-service.ts';
import type { Caller } from '../../../../packages/broker/src/services/ports.ts';
import type { Checker } from '../../check/checker.ts';
import { violated } from '../../check/violation.ts';
import type { SimProcess } from '../../world/sim-process.ts';
import type { EnginePorts, EngineWorld, ResourceWish, Workload } from '../workload.ts';
import { KvClient, type KvPlace } from './kv-client.ts';
import { KvHistory } from './kv-history.ts';
import { kvChecker, KvShard } from './kv-shard.ts';
import { KvWatcher } from './kv-watcher.ts';

const BUCKET = 'settings';
const LASTING = 3;
const FLEETING = 4;

export class KvWorkload implements Workload {
  readonly name = 'kv';
  readonly resources: readonly ResourceWish[];
  readonly checkers: readonly Checker[];
  readonly clients: KvClient[] = [];
  private readonly world: EngineWorld;
  private readonly shards = new Map<GroupId, KvShard>();
  private readonly histories: KvHistory[] = [];
  private readonly watchers: KvWatcher[] = [];
  private readonly services = new WeakMap<SimProcess, KvService>();

  constructor(world: EngineWorld) {
    this.world = world;
    this.checkers = [kvChecker(this.shards, world.time)];
    this.resources = [
      { kind: 'bucket', name: BUCKET, shards: 1 + world.random.below(2), config: drawConfig(world.random) },
    ];
  }

  equip(process: SimProcess, ports: EnginePorts): void {
    this.services.set(process, new KvService(ports));
  }

  begin([bucket]: readonly CatalogStream[]): void {
    if (bucket === undefined) return;
    const { random } = this.world;
    for (const [shard, group] of bucket.groups.entries()) {
      const place = this.place(group, shard, bucket.groups.length);
      const clients = 2 + random.below(3);
      for (let i = 0; i < clients; i++)
        this.clients.push(
          new KvClient(this.world, place, `kv${shard}${'abcd'[i]}`, callerOf(shard * 10 + i)),
        );
      const watched = { ...place, model: place.known.model };
      for (const prefix of ['', 't', place.lasting[0] ?? '']) {
        const name = `watch${shard}:${prefix}`;
        this.watchers.push(new KvWatcher(this.world, watched, { name, prefix, caller: callerOf(50) }));
      }
    }
  }

  windDown(): void {
    // Clients end when they are told; watchers watch to the end.
  }

  unsettled(): string | undefined {
    for (const watcher of this.watchers) if (watcher.missing !== undefined) return watcher.missing;
    return undefined;
  }

  finalChecks(): void {
    for (const history of this.histories) {
      const verdict = history.verdict();
      this.world.note('kv', `${history.size} operations: ${verdict.kind}`);
      if (verdict.kind === 'not-linearizable')
        violated('linearizable-kv', `no order of ${history.size} operations gets past ${verdict.stuck}`);
    }
  }

  private place(group: GroupId, shard: number, shards: number): KvPlace {
    const known = new KvShard(group);
    const history = new KvHistory();
    this.shards.set(group, known);
    this.histories.push(history);
    const keys = (letter: string, count: number): string[] => keysOfShard(letter, count, { shard, shards });
    return {
      bucket: BUCKET,
      shard,
      group,
      known,
      history,
      lasting: keys('k', LASTING),
      counter: keys('n', 1)[0] ?? 'n',
      fleeting: keys('t', FLEETING),
      seen: new Map(),
      putAt: new Map(),
      leases: [],
      serviceOf: (process) => this.services.get(process),
    };
  }
}

function keysOfShard(
  letter: string,
  count: number,
  of: { readonly shard: number; readonly shards: number },
): string[] {
  const keys: string[] = [];
  for (let i = 0; keys.length < count; i++) {
    const key = `${letter}${i}`;
    if (shardOfKey(utf8Encode(key), of.shards) === of.shard) keys.push(key);
  }
  return keys;
}

function drawConfig(random: Random): Readonly<Record<string, string>> {
  const config: Record<string, string> = { 'history.depth': String(1 + random.below(6)) };
  if (random.unit() < 0.3) config['ttl.default.ms'] = String(300 + random.below(3_000));
  if (random.unit() < 0.3) config['history.retention.ms'] = String(1_000 + random.below(4_000));
  return config;
}

function callerOf(id: number): Caller {
  return { id, protocol: 'sim', address: 'sim', principal: undefined, inFlight: new ByteBudget(1 << 20) };
}
