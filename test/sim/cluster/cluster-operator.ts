/**
 * The person at the console: asks some node for a change now and then, as the seed draws it, and asks again, of others and with the same
 * request id, until there is an answer.
 *
 *   drawn ─► proposed at some node ─► answered ─► believed for ever
 *                  └─ failed: another node ─┘  └► refused: given up
 */
import { type GroupId, isFlowError, type NodeId, type Random } from '@flowmesh/base';
import { type CatalogCommand, type CatalogMachine, type CatalogReply, FEATURES } from '@flowmesh/engines';
import type { CatalogHistory } from '../check/catalog-checks.ts';
import { WALL_START_MS } from '../time/node-clock.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { ClusterProcess } from './cluster-process.ts';
import { type ClusterProfile, OPERATIONS, type Operation } from './cluster-profile.ts';
import * as operations from './operations.ts';
import type { Wish } from './operations.ts';
import { randomUuid } from './random-uuid.ts';

export interface OperatedWorld {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly cluster: ClusterProfile;
  readonly commands: CatalogHistory;
  processes(): readonly ClusterProcess[];
  addMachine(): void;
  opened(group: GroupId): void;
  left(group: GroupId): void;
  pick<T>(choices: readonly T[]): T | undefined;
  note(who: string, what: string): void;
  failed(error: unknown): void;
}

/** Makes the command anew for every attempt, from the metadata as the asked node has them. `later`: the time has not come, and at the end
 * it never does; `once more`: it will. */
type Plan = (catalog: CatalogMachine, process: ClusterProcess) => Wish | 'later' | 'once more' | undefined;

interface Intent {
  readonly requestId: string;
  readonly plan: Plan;
  readonly answered: (reply: CatalogReply, catalog: CatalogMachine) => void;
  /** It came to nothing. */
  readonly refused: () => void;
}

const RETRY_MS = 300;
const ATTEMPT_MS = 4_000;
const EVACUATE_MS = 700;
const EVACUATIONS_AT_THE_END = 12;
const FINALISE_MS = 1_500;
const STREAMS_MAX = 3;
const NAMES = ['a', 'b', 'c'];
const NOTHING = (): void => undefined;

export class ClusterOperator {
  private readonly world: OperatedWorld;
  private requests = 0;
  private open = 0;
  private stopped = false;
  private spares: number;
  /** Nodes on their way out. */
  private readonly leaving = new Set<NodeId>();

  constructor(world: OperatedWorld) {
    this.world = world;
    this.spares = world.cluster.spares;
    if (world.cluster.tokens)
      this.ask(
        'make a join token',
        once(() => operations.createToken(WALL_START_MS)),
      );
    if (world.cluster.upgradeEveryMs !== undefined) this.finalise();
    this.create();
    this.plan();
  }

  /** What waits for an answer, or for a node to be empty. */
  get busy(): string | undefined {
    if (this.open > 0) return 'the operator waits for answers';
    const [node] = this.leaving;
    return node === undefined ? undefined : `node ${node} is still to be removed`;
  }

  /** No new operations. Those under way go on. */
  stop(): void {
    this.stopped = true;
  }

  operate(operation: Operation): void {
    const { random } = this.world;
    switch (operation) {
      case 'create':
        this.create();
        return;
      case 'delete':
        this.delete(NOTHING);
        return;
      case 're-create':
        this.delete((name) => this.create(name));
        return;
      case 'join':
        this.join();
        return;
      case 'move':
        this.ask(
          'move',
          once((catalog) => operations.movePartition(catalog, random)),
        );
        return;
      case 'cancel':
        this.ask(
          'cancel a move',
          once((catalog) => operations.cancelMove(catalog, random)),
        );
        return;
      case 'add-partitions':
        this.addPartitions();
        return;
      case 'replication-factor':
        this.replicationFactor();
        return;
      case 'drain':
        this.setMode('draining');
        return;
      case 'undrain':
        this.setMode('normal');
        return;
      case 'decommission':
        this.decommission();
        return;
      case 'metadata-voters':
        this.metadataVoters();
        return;
      case 'set-config':
        this.ask(
          'set config',
          once(() => operations.setConfig(random)),
        );
    }
  }

  /** The level of the newest build, once every node has told that it knows it. Sometimes also before. */
  finalise(): void {
    const { random } = this.world;
    const hasty = !this.stopped && random.unit() < 0.3;
    const again = (): void => {
      this.world.time.after(FINALISE_MS * (0.5 + random.unit()), undefined, 'finalise', () =>
        this.finalise(),
      );
    };
    let done = false;
    let made: Wish | undefined;
    const plan: Plan = (catalog, { control }) => {
      done = catalog.featureLevel >= FEATURES.max;
      if (control === undefined || done) return undefined;
      return (made ??= operations.finalise(catalog, control.nodes, hasty)) ?? 'once more';
    };
    this.ask('finalise the feature level', plan, NOTHING, () => {
      if (!done) again();
    });
  }

  private plan(): void {
    const { time, random, cluster } = this.world;
    const delay = -Math.log(1 - random.unit()) * cluster.operateEveryMs;
    time.after(delay, undefined, 'operate', () => {
      if (this.stopped) return;
      this.operate(this.draw());
      this.plan();
    });
  }

  private draw(): Operation {
    const { random, cluster } = this.world;
    let total = 0;
    for (const operation of OPERATIONS) total += cluster.operations[operation];
    let at = random.unit() * total;
    for (const operation of OPERATIONS) {
      at -= cluster.operations[operation];
      if (at < 0) return operation;
    }
    return 'create';
  }

  // ---- streams

  private create(wanted?: string): void {
    const { random, cluster } = this.world;
    const name = wanted ?? (this.world.pick(NAMES) as string);
    const partitions = 1 + random.below(cluster.partitionsMax);
    const factor = this.world.pick(cluster.replicationFactors) as number;
    const uuid = randomUuid(random);
    const plan: Plan = (catalog) => {
      if (catalog.streams().length >= STREAMS_MAX && catalog.streamByUuid(uuid) === undefined)
        return undefined;
      const nodes = operations.activeNodes(catalog).length;
      const replicationFactor = Math.min(factor, Math.max(nodes, cluster.founders));
      // A cluster that has only just come together gets its first stream all the same; one whose nodes drain may never have room for it.
      const drains = operations.activeNodes(catalog).some(({ mode }) => mode !== 'normal');
      const waiting = catalog.streams().length === 0 && !drains ? 'once more' : 'later';
      return operations.createStream(catalog, { uuid, name, partitions, replicationFactor }) ?? waiting;
    };
    this.ask(`create ${name}`, plan, (reply, catalog) => {
      if (reply.kind !== 'stream-created') return;
      for (const group of catalog.streamByUuid(reply.uuid)?.groups ?? []) this.world.opened(group);
    });
  }

  private delete(then: (name: string) => void): void {
    let name = '';
    const plan = once((catalog) => {
      const stream = this.world.pick(catalog.streams());
      if (stream === undefined) return undefined;
      name = stream.name;
      for (const group of stream.groups) this.world.left(group);
      return { kind: 'delete-stream', uuid: stream.uuid };
    });
    this.ask('delete', plan, () => then(name));
  }

  private addPartitions(): void {
    const { partitionsMax } = this.world.cluster;
    const plan = once((catalog) => {
      const stream = this.world.pick(catalog.streams());
      if (stream === undefined) return undefined;
      return operations.addPartitions(catalog, stream.uuid, partitionsMax + 1);
    });
    this.ask('add partitions', plan, (reply) => {
      if (reply.kind === 'partitions-added') for (const group of reply.groups) this.world.opened(group);
    });
  }

  private replicationFactor(): void {
    const { random, cluster } = this.world;
    const factor = this.world.pick(cluster.replicationFactors) as number;
    const plan = once((catalog) => {
      const stream = this.world.pick(catalog.streams());
      if (stream === undefined || stream.replicationFactor === factor) return undefined;
      return operations.setReplicationFactor(catalog, random, stream, factor);
    });
    this.ask(`replication factor ${factor}`, plan);
  }

  // ---- nodes

  private join(): void {
    if (this.spares === 0) return;
    this.spares--;
    this.world.note('operator', 'a new machine');
    this.world.addMachine();
  }

  private setMode(mode: 'draining' | 'normal'): void {
    const plan = once((catalog) => {
      const nodes = operations
        .activeNodes(catalog)
        .filter((node) => node.mode !== mode && !this.leaving.has(node.id));
      const node = this.world.pick(nodes);
      return node === undefined ? undefined : { kind: 'set-node-mode', node: node.id, mode };
    });
    this.ask(`a node is to be ${mode}`, plan);
  }

  private decommission(): void {
    let chosen: NodeId | undefined;
    const plan = once((catalog) => {
      const nodes = operations.activeNodes(catalog);
      // A group that loses disks needs three nodes at all times.
      if (nodes.length <= this.world.cluster.founders || this.leaving.size > 0) return undefined;
      chosen = this.world.pick(nodes)?.id;
      return chosen === undefined
        ? undefined
        : { kind: 'set-node-mode', node: chosen, mode: 'decommissioning' };
    });
    this.ask('decommission', plan, () => {
      if (chosen === undefined) return;
      this.leaving.add(chosen);
      this.evacuateLater(chosen);
    });
  }

  /** Takes step after step, each planned from what is then the case, until the node is removed. */
  private evacuateLater(node: NodeId, tries = 0): void {
    let triesAtTheEnd = tries;
    const { time, random } = this.world;
    time.after(EVACUATE_MS * (0.5 + random.unit()), undefined, 'evacuate', () => {
      let gone = false;
      const plan = once((catalog) => {
        gone = catalog.node(node)?.state !== 'active';
        return operations.evacuate(catalog, random, node);
      });
      const next = (): void => {
        if (gone) {
          this.leaving.delete(node);
          return;
        }
        // Where others drain there may be no room for what it holds; where there are too few, it stays.
        if (this.stopped && ++triesAtTheEnd > EVACUATIONS_AT_THE_END) this.keep(node);
        else {
          if (this.stopped) this.setMode('normal');
          this.evacuateLater(node, triesAtTheEnd);
        }
      };
      this.ask(`evacuate node ${node}`, plan, next, next);
    });
  }

  private keep(node: NodeId): void {
    const plan = once(() => ({ kind: 'set-node-mode', node, mode: 'normal' }));
    const done = (): boolean => this.leaving.delete(node);
    this.ask(`node ${node} stays after all`, plan, done, done);
  }

  private metadataVoters(): void {
    const { random, cluster } = this.world;
    const count = this.world.pick(cluster.metadataVoters) as number;
    const plan = once((catalog) => operations.setMetadataVoters(catalog, random, count));
    this.ask(`${count} metadata voters`, plan);
  }

  // ---- asking

  private ask(name: string, plan: Plan, answered: Intent['answered'] = NOTHING, refused = NOTHING): void {
    this.open++;
    this.world.note('operator', `${++this.requests}: ${name}`);
    this.attempt({ requestId: `op-${this.requests}`, plan, answered, refused });
  }

  private again(intent: Intent): void {
    this.world.time.after(RETRY_MS, undefined, 'operate', () => this.attempt(intent));
  }

  private attempt(intent: Intent): void {
    const able = this.world
      .processes()
      .filter((process) => process.control?.catalog.machine.clusterId !== undefined);
    const process = this.world.pick(able);
    if (process === undefined) {
      this.again(intent);
      return;
    }
    let over = false;
    const finish = (task: () => void): void => {
      if (over) return;
      over = true;
      try {
        task();
      } catch (error) {
        this.world.failed(error);
      }
    };
    // Whoever was asked may be gone by then.
    this.world.time.after(ATTEMPT_MS * (0.5 + this.world.random.unit()), undefined, 'operate', () =>
      finish(() => this.attempt(intent)),
    );
    process.run('operate', () => this.propose(process, intent, finish));
  }

  private propose(process: ClusterProcess, intent: Intent, finish: (task: () => void) => void): void {
    const { control } = process;
    if (control === undefined) return;
    const planned = intent.plan(control.catalog.machine, process);
    if (planned === undefined || (planned === 'later' && this.stopped)) {
      finish(() => this.close(intent, 'nothing to ask', intent.refused));
      return;
    }
    if (planned === 'later' || planned === 'once more') {
      finish(() => this.again(intent));
      return;
    }
    const { requestId } = intent;
    const command = { ...planned, requestId, timeMs: process.clock.wallMs() } as CatalogCommand;
    control.catalog.propose(command, new AbortController().signal).then(
      (reply) => {
        if (!reply.ok) {
          const { code } = reply.error;
          finish(() => this.close(intent, code, intent.refused));
          return;
        }
        const value = reply.value as CatalogReply;
        // Also where nobody waits for this answer any more.
        this.told(requestId, value);
        finish(() => this.close(intent, value.kind, () => intent.answered(value, control.catalog.machine)));
      },
      (error: unknown) =>
        finish(() => {
          if (!isFlowError(error)) throw error;
          this.again(intent);
        }),
    );
  }

  private told(requestId: string, reply: CatalogReply): void {
    try {
      this.world.commands.acknowledge(requestId, reply);
    } catch (error) {
      this.world.failed(error);
    }
  }

  private close(intent: Intent, outcome: string, then: () => void): void {
    this.open--;
    this.world.note('operator', `${intent.requestId}: ${outcome}`);
    then();
  }
}

/** The command is made once, and asked for again as it was. */
function once(make: (catalog: CatalogMachine) => Wish | undefined): Plan {
  let made: Wish | undefined;
  return (catalog) => (made ??= make(catalog));
}
