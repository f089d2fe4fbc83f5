/** Puts jobs into a shard, a request at a time; repetitions carry the request's id, so that they store nothing. */
import { isFlowError, utf8Encode } from '@flowmesh/base';
import type { Enqueued } from '../../../../packages/broker/src/services/queue/queue-service.ts';
import type { WantedJob } from '../../../../packages/broker/src/services/queue/wanted-job.ts';
import type { Caller } from '../../../../packages/broker/src/services/ports.ts';
import type { EndingClient } from '../../world/traffic.ts';
import { ask, choose, type Outcome } from '../ask.ts';
import type { EngineWorld } from '../workload.ts';
import { nameOf, type QueuePlace } from './queue-place.ts';

const RETRY_MS = 120;
const GIVES_UP = 0.2;
const JOBS_MAX = 80;
const THINK_MS_MIN = 30;
export const KEYS = 4;
const DEDUP_IDS = 6;

export class QueueProducer implements EndingClient {
  closing = false;
  acknowledged = 0;
  private readonly world: EngineWorld;
  private readonly place: QueuePlace;
  private readonly name: string;
  private readonly caller: Caller;
  private count = 0;
  private busy = false;

  constructor(world: EngineWorld, place: QueuePlace, name: string, caller: Caller) {
    this.world = world;
    this.place = place;
    this.name = name;
    this.caller = caller;
    this.later(world.random.unit() * 300, () => this.next());
  }

  get idle(): boolean {
    return !this.busy;
  }

  poke(): void {
    if (!this.busy) this.send();
  }

  private next(): void {
    if (this.closing || this.busy) return;
    // Much more would only take time.
    if (this.place.known.model.jobs.size > JOBS_MAX) this.ended();
    else this.send();
  }

  private send(): void {
    const { random } = this.world;
    this.busy = true;
    const jobs = Array.from({ length: 1 + random.below(3) }, () => this.job());
    const requestId = random.unit() < 0.85 ? `${this.name}.${++this.count}` : '';
    this.try(jobs, requestId);
  }

  private try(jobs: readonly WantedJob[], requestId: string): void {
    const { world, place, caller } = this;
    const process = choose(world, (each) => each.replicas?.get(place.group)?.serving === true);
    const service = process === undefined ? undefined : place.serviceOf(process);
    const again = (): void => this.later(RETRY_MS * world.random.unit(), () => this.try(jobs, requestId));
    if (process === undefined || service === undefined) {
      again();
      return;
    }
    const timeoutMs =
      world.random.unit() < 0.2 ? 5 + world.random.unit() * 60 : 500 + world.random.unit() * 2_000;
    ask<Enqueued>(world, {
      label: `enqueue ${this.name}`,
      process,
      timeoutMs,
      request: () =>
        new Promise((resolve, reject) => {
          const request = {
            ...nameOf(place, caller),
            jobs,
            requestId,
            transaction: undefined,
            timeoutMs: 5_000,
          };
          service.enqueue(request, (result) => (isFlowError(result) ? reject(result) : resolve(result)));
        }),
      done: (outcome: Outcome<Enqueued>) => {
        if (outcome.kind === 'answered') {
          place.known.enqueued(
            jobs.map(({ origin }) => origin),
            outcome.value.results,
          );
          this.acknowledged++;
          this.ended();
        } else if (outcome.kind === 'refused' || this.keepsOn(requestId)) again();
        else this.ended();
      },
    });
  }

  /** In the end every request is answered. Without an id a repetition may store its jobs twice. */
  private keepsOn(requestId: string): boolean {
    return this.closing || (requestId !== '' && this.world.random.unit() >= GIVES_UP);
  }

  private ended(): void {
    this.busy = false;
    const { profile, random } = this.world;
    this.later(THINK_MS_MIN + profile.thinkMs * 2 * random.unit(), () => this.next());
  }

  private job(): WantedJob {
    const { random } = this.world;
    const text = `${this.name}#${++this.count}`;
    return {
      payload: utf8Encode(text),
      headers: [],
      key: random.unit() < 0.6 ? utf8Encode(`key${random.below(KEYS)}`) : new Uint8Array(0),
      priority: random.unit() < 0.7 ? 4 : random.below(10),
      notBeforeMs: 0,
      delayMs: random.unit() < 0.2 ? 1 + random.below(2_500) : 0,
      dedupId: random.unit() < 0.15 ? `once${random.below(DEDUP_IDS)}` : '',
      attemptsMax: random.unit() < 0.1 ? 1 + random.below(3) : undefined,
      origin: text,
    };
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
