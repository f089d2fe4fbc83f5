/**
 * The person at the console: asks some node for a change now and then, as the seed draws it, and asks again, of others and with the same
 * request id, until there is an answer.
 *
 *   drawn ─► proposed at some node ─► answered ─► believed for ever
 *                  └─ failed: another node ─┘  └► refused: given up
 */
import { type GroupId, isFlowError } from '@flowmesh/base';
import {
  type CatalogCommand,
  type CatalogMachine,
  type CatalogReply,
  PLACEMENT_VERSION,
  placePartitions,
} from '@flowmesh/engines';
import type { Random } from '@flowmesh/base';
import type { CatalogHistory } from '../check/catalog-checks.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { ClusterProcess } from './cluster-process.ts';
import { type ClusterProfile, OPERATIONS, type Operation } from './cluster-profile.ts';
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

/** A command without what whoever proposes it adds; made anew for every attempt, from the metadata as that node has them. */
type Plan = (catalog: CatalogMachine) => Omit<CatalogCommand, 'requestId' | 'timeMs'> | 'later' | undefined;

interface Intent {
  readonly requestId: string;
  readonly plan: Plan;
  readonly answered: (reply: CatalogReply, catalog: CatalogMachine) => void;
}

const RETRY_MS = 300;
const ATTEMPT_MS = 4_000;
const STREAMS_MAX = 3;
const NAMES = ['a', 'b', 'c'];

export class ClusterOperator {
  private readonly world: OperatedWorld;
  private requests = 0;
  private open = 0;
  private stopped = false;
  private spares: number;

  constructor(world: OperatedWorld) {
    this.world = world;
    this.spares = world.cluster.spares;
    this.create();
    this.plan();
  }

  /** Commands without an answer. */
  get busy(): number {
    return this.open;
  }

  /** No new operations. Those under way go on. */
  stop(): void {
    this.stopped = true;
  }

  /** Moves a partition; false where none can be moved. */
  move(): boolean {
    return false;
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

  private operate(operation: Operation): void {
    switch (operation) {
      case 'create':
        this.create();
        return;
      case 'delete':
        this.delete(() => undefined);
        return;
      case 're-create':
        this.delete((name) => this.create(name));
        return;
      case 'join':
        if (this.spares === 0) return;
        this.spares--;
        this.world.note('operator', 'a new machine');
        this.world.addMachine();
    }
  }

  private create(wanted?: string): void {
    const { random, cluster } = this.world;
    const name = wanted ?? (this.world.pick(NAMES) as string);
    const partitions = 1 + random.below(cluster.partitionsMax);
    const factor = this.world.pick(cluster.replicationFactors) as number;
    const uuid = randomUuid(random);
    this.ask({
      name: `create ${name}`,
      plan: (catalog) => {
        if (catalog.streams().length >= STREAMS_MAX && catalog.streamByUuid(uuid) === undefined)
          return undefined;
        const nodes = catalog.nodes().filter((node) => node.state === 'active');
        const replicationFactor = Math.min(factor, Math.max(nodes.length, cluster.founders));
        const startAt = catalog.partitionCount;
        const placement = placePartitions({ nodes, partitions, replicationFactor, startAt });
        if (isFlowError(placement)) return 'later';
        const placed = { placement, placementVersion: PLACEMENT_VERSION };
        return { kind: 'create-stream', uuid, name, replicationFactor, config: {}, ...placed };
      },
      answered: (reply, catalog) => {
        if (reply.kind !== 'stream-created') return;
        for (const group of catalog.streamByUuid(reply.uuid)?.groups ?? []) this.world.opened(group);
      },
    });
  }

  private delete(then: (name: string) => void): void {
    let victim: string | undefined;
    let name = '';
    this.ask({
      name: 'delete',
      plan: (catalog) => {
        if (victim === undefined) {
          const stream = this.world.pick(catalog.streams());
          if (stream === undefined) return undefined;
          victim = stream.uuid;
          name = stream.name;
          for (const group of stream.groups) this.world.left(group);
        }
        return { kind: 'delete-stream', uuid: victim };
      },
      answered: () => then(name),
    });
  }

  private ask(wish: {
    readonly name: string;
    readonly plan: Plan;
    readonly answered: Intent['answered'];
  }): void {
    this.open++;
    this.world.note('operator', `${++this.requests}: ${wish.name}`);
    this.attempt({ requestId: `op-${this.requests}`, plan: wish.plan, answered: wish.answered });
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
    const planned = intent.plan(control.catalog.machine);
    if (planned === undefined) {
      finish(() => this.close(intent, 'not possible'));
      return;
    }
    if (planned === 'later') {
      finish(() => (this.stopped ? this.close(intent, 'not possible') : this.again(intent)));
      return;
    }
    const { requestId } = intent;
    const command = { ...planned, requestId, timeMs: process.clock.wallMs() } as CatalogCommand;
    control.catalog.propose(command, new AbortController().signal).then(
      (reply) => {
        if (!reply.ok) {
          const { code } = reply.error;
          finish(() => this.close(intent, code));
          return;
        }
        const value = reply.value as CatalogReply;
        // Also where nobody waits for this answer any more.
        this.told(requestId, value);
        finish(() => {
          intent.answered(value, control.catalog.machine);
          this.close(intent, value.kind);
        });
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

  private close(intent: Intent, outcome: string): void {
    this.open--;
    this.world.note('operator', `${intent.requestId}: ${outcome}`);
  }
}
