/**
 * How long one look at a large cluster holds a node's event loop: status, health, nodes, a page of partitions. The catalog, the table of
 * leaders and the services are the node's own; what nodes would tell each other is made up.
 *
 *   npm run view-cost                                     100 nodes, 50,000 partitions of three replicas
 *   npm run view-cost -- --partitions 5000 --passes 5
 */
import { parseArgs } from 'node:util';
import type { Clock, GroupId, NodeId, Scheduler } from '@flowmesh/base';
import { groupId, memberId, METADATA_GROUP, nodeId, nodeOf, replicaId } from '@flowmesh/base';
import { CatalogMachine, encodeCommand, FEATURES, PLACEMENT_VERSION } from '@flowmesh/engines';
import type { CatalogCommand } from '@flowmesh/engines';
import { LeaderTable } from '../../packages/broker/src/cluster/leader-table.ts';
import { nodeLoads } from '../../packages/broker/src/services/cluster/node-loads.ts';
import { HealthView, type HealthViewPorts } from '../../packages/broker/src/services/health/health-view.ts';
import { MoveWatch } from '../../packages/broker/src/services/health/move-watch.ts';
import {
  ClusterView,
  type ClusterViewPorts,
} from '../../packages/broker/src/services/metadata/cluster-view.ts';
import { type Caller, OPEN_DOOR } from '../../packages/broker/src/services/ports.ts';

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '100' },
    partitions: { type: 'string', default: '50000' },
    passes: { type: 'string', default: '20' },
  },
});
const NODES = Number(values.nodes);
const PARTITIONS = Number(values.partitions);
const PASSES = Number(values.passes);
const STREAM_PARTITIONS = 100;
const REPLICAS = 3;

const clock: Clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
const caller = {} as Caller;

/** Processor time of the main thread, which a busy machine does not lengthen. */
function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** For how long the event loop is held at a time. */
class Held {
  longestMs = 0;
  private fromMs = 0;

  go(): void {
    this.fromMs = processorMs();
  }

  pause(): void {
    this.longestMs = Math.max(this.longestMs, processorMs() - this.fromMs);
  }
}

const held = new Held();

class World {
  readonly machine = new CatalogMachine();
  readonly table: LeaderTable;
  readonly dead = new Set<NodeId>();
  readonly view: ClusterView;
  readonly health: HealthView;
  readonly ports: ClusterViewPorts & HealthViewPorts;
  private readonly scheduler: Scheduler = {
    after: (delayMs, task) => {
      held.pause();
      const timer = setTimeout(() => {
        held.go();
        task();
      }, delayMs);
      return { cancel: () => clearTimeout(timer) };
    },
    endOfTurn: (task) => setImmediate(task),
  };
  private index = 0;

  constructor() {
    this.table = new LeaderTable({
      self: nodeId(1),
      clock,
      expiryMs: Number.POSITIVE_INFINITY,
      connected: (node) => !this.dead.has(node),
      grpcAddressOf: (node) => this.machine.node(node)?.addresses.grpc,
    });
    this.found();
    this.ports = this.surroundings();
    this.view = new ClusterView(this.ports);
    this.health = new HealthView(this.ports);
  }

  apply(command: Record<string, unknown>): void {
    this.index++;
    const complete = {
      requestId: `r${this.index}`,
      timeMs: clock.wallMs(),
      ...command,
    } as unknown as CatalogCommand;
    const nowhere = { put: () => undefined, putLate: () => undefined, del: () => undefined };
    const { reply } = this.machine.apply({ index: this.index, term: 1 }, encodeCommand(complete), nowhere);
    if (!reply.ok) throw reply.error;
  }

  /** As the leaders of all groups would tell of them. */
  report(): void {
    for (const { group, replicas } of this.machine.partitions()) {
      const living = replicas.filter((member) => !this.dead.has(nodeOf(member)));
      const [leader] = living;
      if (leader === undefined) continue;
      const sizes = { logStartOffset: 0, highWatermark: 1_000, sizeBytes: 200 * 2 ** 20 };
      const version = 1 + ++this.index;
      this.table.merge({
        group,
        term: 2,
        version,
        leader,
        inSync: living.map((member) => nodeOf(member)),
        ...sizes,
      });
    }
  }

  move(count: number): void {
    const moves: { group: GroupId; from: NodeId[]; to: NodeId[] }[] = [];
    for (let i = 1; i <= count; i++) {
      const group = groupId(i);
      const from = (this.machine.partitionOfGroup(group)?.replicas ?? []).map((member) => nodeOf(member));
      const free = Array.from({ length: NODES }, (_, n) => nodeId(n + 1)).find(
        (node) => !from.includes(node),
      );
      if (free !== undefined) moves.push({ group, from, to: [...from.slice(1), free] });
    }
    for (let at = 0; at < moves.length; at += 100)
      this.apply({ kind: 'move-replicas', reason: 'balance', moves: moves.slice(at, at + 100) });
  }

  private found(): void {
    const introduction = (n: number) => ({
      uuid: n.toString(16).padStart(32, '0'),
      rack: `rack ${n % 10}`,
      addresses: { peer: `10.0.0.${n}:1`, grpc: `10.0.0.${n}:2`, http: '' },
      features: FEATURES,
      version: '1.0.0',
    });
    const founders = [1, 2, 3].map((n) => ({ id: nodeId(n), ...introduction(n) }));
    this.apply({ kind: 'init-cluster', clusterId: 'large', nodes: founders, featureLevel: FEATURES.max });
    for (let n = 4; n <= NODES; n++) this.apply({ kind: 'register-node', ...introduction(n) });
    for (let made = 0; made < PARTITIONS; made += STREAM_PARTITIONS) {
      const partitions = Math.min(STREAM_PARTITIONS, PARTITIONS - made);
      const placement = Array.from({ length: partitions }, (_, p) =>
        Array.from({ length: REPLICAS }, (_none, r) => nodeId(((made + p + r) % NODES) + 1)),
      );
      this.apply({
        kind: 'create-stream',
        uuid: (made + 1).toString(16).padStart(32, 'f'),
        name: `stream-${made}`,
        replicationFactor: REPLICAS,
        config: { 'min.insync.replicas': '2' },
        placement,
        placementVersion: PLACEMENT_VERSION,
      });
    }
    const metadata = memberId({ node: nodeId(1), replica: replicaId(1) });
    this.table.observe(METADATA_GROUP, metadata, 1);
  }

  private surroundings(): ClusterViewPorts & HealthViewPorts {
    const { machine, table, dead } = this;
    const common = {
      catalog: { machine, propose: () => Promise.reject(new Error('nothing is changed here')) },
      leaders: table,
      door: OPEN_DOOR,
      clock,
      node: { clusterId: 'large', nodeId: nodeId(1), version: '1.0.0' },
      troubles: table,
      nodes: {
        reportOf: () => undefined,
        featuresOf: () => FEATURES,
        downMs: (node: NodeId) => (dead.has(node) ? 60_000 : 0),
        upMs: () => 60_000,
      },
      ops: {
        replicaDetails: () => undefined,
        moveProgress: () => ({ adding: [], removing: [], step: 'waiting for the leader' }),
      },
      scheduler: this.scheduler,
      disk: { writable: () => true, describe: () => ({ freeBytes: 1, neededBytes: 1 }) },
      streams: undefined,
    } as unknown as ClusterViewPorts & HealthViewPorts;
    const unwatched = { after: () => ({ cancel: () => undefined }), endOfTurn: () => undefined };
    return { ...common, watch: new MoveWatch({ ...common, scheduler: unwatched }) };
  }
}

/** In milliseconds of processor time: half of the looks take no longer altogether, and none of them holds the event loop for longer at a time. */
async function cost(
  look: () => Promise<unknown>,
): Promise<{ readonly medianMs: number; readonly heldMs: number }> {
  const took: number[] = [];
  held.longestMs = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    const from = processorMs();
    held.go();
    await look();
    held.pause();
    took.push(processorMs() - from);
  }
  took.sort((a, b) => a - b);
  return { medianMs: took[Math.floor(PASSES / 2)] ?? 0, heldMs: held.longestMs };
}

async function measure(name: string, world: World): Promise<void> {
  const looks: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['status', () => world.view.status(caller)],
    ['health', () => world.health.health(caller, true)],
    ['nodes', () => nodeLoads(world.ports)],
  ];
  const texts: string[] = [];
  for (const [what, look] of looks) {
    const { medianMs, heldMs } = await cost(look);
    texts.push(`${what} ${medianMs.toFixed(0)} (at a time ${heldMs.toFixed(0)})`);
  }
  const { findings } = await world.health.health(caller, true);
  const codes = new Set(findings.map(({ code }) => code));
  console.log(`${name}: ${texts.join(', ')}; ${findings.length} findings ${[...codes].join(' ')}`);
}

console.log(
  `${NODES} nodes, ${PARTITIONS} partitions of ${REPLICAS} replicas; processor time: median of ${PASSES} looks, and the longest at a time, ms`,
);
const world = new World();
await measure('nobody has told anything yet', world);
world.report();
await measure('all well', world);
world.dead.add(nodeId(2));
world.report();
await measure('one node down', world);
world.move(Math.floor(PARTITIONS / 50));
await measure('and every fiftieth partition moves', world);
for (let node = 3; node <= NODES; node += 3) world.dead.add(nodeId(node));
world.report();
await measure('a third of the nodes down', world);
