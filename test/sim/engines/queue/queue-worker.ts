/**
 * A worker, as bad as workers are: it acknowledges, too late at times, extends, refuses, gives back, dies with jobs in its hands, and shows receipts
 * that are long used up. It polls, or has jobs pushed to it. Once faults are healed it does its work, until nothing is left.
 */
import type { Receipt, ReceiptResult } from '@flowmesh/engines';
import type { LeasedJob } from '../../../../packages/broker/src/services/queue/leased-job.ts';
import type { Settlement } from '../../../../packages/broker/src/services/queue/settlement.ts';
import type { WorkSession } from '../../../../packages/broker/src/services/queue/work-session.ts';
import type { Caller } from '../../../../packages/broker/src/services/ports.ts';
import type { SimProcess } from '../../world/sim-process.ts';
import { ask, choose, type Outcome } from '../ask.ts';
import type { EngineWorld } from '../workload.ts';
import { nameOf, type QueuePlace, settle } from './queue-place.ts';

interface Session {
  readonly process: SimProcess;
  readonly session: WorkSession;
}

const RETRY_MS = 150;
const OLD_RECEIPTS_MAX = 200;
const CREDIT = 3;
const THINK_MS_MIN = 30;
const VISIBILITIES_MS: readonly (number | undefined)[] = [undefined, undefined, 100, 800, 2_500];

export class QueueWorker {
  private readonly world: EngineWorld;
  private readonly place: QueuePlace;
  private readonly name: string;
  private readonly caller: Caller;
  private readonly pushed: boolean;
  private draining = false;
  private open: Session | undefined;

  constructor(
    world: EngineWorld,
    place: QueuePlace,
    options: { readonly name: string; readonly caller: Caller; readonly pushed: boolean },
  ) {
    this.world = world;
    this.place = place;
    this.name = options.name;
    this.caller = options.caller;
    this.pushed = options.pushed;
    this.later(world.random.unit() * 300, () => this.next());
  }

  /** From now on it acknowledges what it is given. */
  drain(): void {
    this.draining = true;
  }

  private next(): void {
    if (this.pushed) this.listen();
    else this.poll();
  }

  // ---- asking for jobs

  private poll(): void {
    const { world, place } = this;
    const { random } = world;
    const process = this.choose();
    const service = process === undefined ? undefined : place.serviceOf(process);
    if (process === undefined || service === undefined) {
      this.later(RETRY_MS, () => this.next());
      return;
    }
    const gone = new AbortController();
    const request = {
      worker: this.name,
      max: 1 + random.below(3),
      bytesMax: random.unit() < 0.2 ? 30 : 1 << 20,
      visibilityMs: this.visibility(),
      waitMs: random.unit() < 0.2 ? 0 : 200 + random.below(800),
    };
    ask<readonly LeasedJob[]>(world, {
      label: `receive ${this.name}`,
      process,
      timeoutMs: random.unit() < 0.2 ? random.unit() * 400 : 1_500,
      request: () => service.receive(nameOf(place, this.caller), request, gone.signal),
      done: (outcome: Outcome<readonly LeasedJob[]>) => {
        // Who does not wait any more hangs up.
        if (outcome.kind === 'unknown' && process.alive && random.unit() < 0.7)
          process.run('hang up', () => gone.abort());
        if (outcome.kind === 'answered') for (const job of outcome.value) this.take(job);
        const restMs = this.draining ? 20 : THINK_MS_MIN + world.profile.thinkMs * 2 * random.unit();
        this.later(restMs, () => this.next());
      },
    });
  }

  // ---- having jobs pushed

  private listen(): void {
    const { world, place } = this;
    if (this.open?.process.alive === true && world.random.unit() > 0.05) {
      this.later(200, () => this.next());
      return;
    }
    this.hangUp();
    const process = this.choose();
    const service = process === undefined ? undefined : place.serviceOf(process);
    this.later(200 + world.random.unit() * 200, () => this.next());
    if (process === undefined || service === undefined) return;
    process.run(`work ${this.name}`, () => {
      const start = {
        peer: this.name,
        worker: this.name,
        visibilityMs: this.visibility(),
        credit: CREDIT,
        shards: new Set([place.shard]),
      };
      const session: WorkSession = service.work({ caller: this.caller, queue: place.queue }, start, {
        jobs: (jobs) => {
          for (const job of jobs) this.arrived(job, () => session);
        },
        shardEnded: () => this.later(1, () => this.lost(session)),
      });
      this.open = { process, session };
    });
  }

  private arrived(job: LeasedJob, session: () => WorkSession): void {
    this.later(0.2 + this.world.random.unit(), () => {
      this.take(job);
      const { open } = this;
      if (open?.session !== session() || !open.process.alive) return;
      open.process.run('credit', () => open.session.grant(1), 50);
    });
  }

  private lost(session: WorkSession): void {
    if (this.open?.session === session) this.hangUp();
  }

  private hangUp(): void {
    const { open } = this;
    this.open = undefined;
    if (open?.process.alive === true) open.process.run('hang up', () => open.session.close());
  }

  // ---- having a job

  private take(job: LeasedJob): void {
    const { place, world } = this;
    const { seq, leaseEpoch, lease } = job.meta;
    place.known.delivered(job, this.name);
    const receipt = { seq, leaseEpoch };
    place.receipts.push(receipt);
    if (place.receipts.length > OLD_RECEIPTS_MAX) place.receipts.shift();
    const workMs = world.random.unit() * 80;
    if (this.draining) {
      this.later(workMs, () => this.settle({ kind: 'ack', receipts: [receipt], transaction: undefined }));
      return;
    }
    const mood = world.random.unit();
    const lateMs = (lease?.deadlineMs ?? 0) - (lease?.leasedAtMs ?? 0) + world.random.unit() * 400;
    if (mood < 0.1) return;
    if (mood < 0.22) this.later(lateMs, () => this.ack(receipt));
    else if (mood < 0.3) this.later(workMs, () => this.extend(receipt));
    else if (mood < 0.45) this.later(workMs, () => this.nack(receipt));
    else if (mood < 0.5) this.later(workMs, () => this.release(receipt));
    else this.later(workMs, () => this.ack(receipt));
    if (world.random.unit() < 0.1) this.later(workMs * 2, () => this.showOld());
  }

  private ack(receipt: Receipt): void {
    this.settle({ kind: 'ack', receipts: [receipt], transaction: undefined });
  }

  private nack(receipt: Receipt): void {
    const { random } = this.world;
    const delayMs = random.unit() < 0.5 ? undefined : random.below(2) * random.below(900);
    this.settle({ kind: 'nack', items: [{ ...receipt, delayMs, error: 'it did not work' }] });
  }

  private release(receipt: Receipt): void {
    this.settle({ kind: 'release', receipts: [receipt], undelivered: this.world.random.unit() < 0.5 });
  }

  private extend(receipt: Receipt): void {
    const visibilityMs = 100 + this.world.random.below(1_500);
    this.settle({ kind: 'extend', items: [{ ...receipt, visibilityMs }] });
    if (this.world.random.unit() < 0.8)
      this.later(this.world.random.unit() * visibilityMs, () => this.ack(receipt));
  }

  private showOld(): void {
    const { receipts } = this.place;
    const old = receipts[this.world.random.below(Math.max(1, receipts.length))];
    if (old === undefined) return;
    const mood = this.world.random.unit();
    if (mood < 0.5) this.ack(old);
    else if (mood < 0.75) this.nack(old);
    else this.settle({ kind: 'extend', items: [{ ...old, visibilityMs: 500 }] });
  }

  private settle(settlement: Settlement, attempt = 1): void {
    const { world, place } = this;
    const process = this.choose();
    const service = process === undefined ? undefined : place.serviceOf(process);
    const again = (): void => {
      if (attempt < 20)
        this.later(RETRY_MS * world.random.unit(), () => this.settle(settlement, attempt + 1));
    };
    if (process === undefined || service === undefined) {
      again();
      return;
    }
    ask<readonly ReceiptResult[]>(world, {
      label: `${settlement.kind} ${this.name}`,
      process,
      timeoutMs: 200 + world.random.unit() * 1_500,
      request: () => settle(service, nameOf(place, this.caller), settlement),
      done: (outcome) => {
        if (outcome.kind !== 'answered') {
          if (world.random.unit() < 0.8) again();
          return;
        }
        const items = 'items' in settlement ? settlement.items : settlement.receipts;
        for (const [i, item] of items.entries()) {
          if (settlement.kind === 'ack' && outcome.value[i]?.kind === 'done')
            place.known.done(item.seq, this.name);
        }
      },
    });
  }

  private visibility(): number | undefined {
    return VISIBILITIES_MS[this.world.random.below(VISIBILITIES_MS.length)];
  }

  private choose(): SimProcess | undefined {
    return choose(this.world, (each) => each.replicas?.get(this.place.group)?.serving === true);
  }

  private later(delayMs: number, task: () => void): void {
    this.world.time.after(delayMs, undefined, this.name, () => {
      try {
        task();
      } catch (error) {
        this.world.failed(error);
      }
    });
  }
}
