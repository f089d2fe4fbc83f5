/** Asks whoever leads a group, again and again, until it is answered, refused for good, or given up. */
import type { FlowError, GroupId } from '@flowmesh/base';
import type { SimProcess } from '../world/sim-process.ts';
import { ask, choose } from './ask.ts';
import type { EngineWorld } from './workload.ts';

export interface Asked<T> {
  readonly label: string;
  /** Whose leader is asked. */
  readonly group: GroupId;
  /** Attempts that may end without anybody knowing; then the asker gives up. */
  readonly tries: number;
  /** Undefined: this process is not ready for it. */
  call(process: SimProcess): Promise<T> | undefined;
}

export type Answer<T> =
  | { readonly kind: 'answered'; readonly value: T; readonly by: string }
  /** `certain`: no earlier attempt may have been more than it seemed. */
  | { readonly kind: 'refused'; readonly error: FlowError; readonly certain: boolean }
  | { readonly kind: 'unknown' };

const RETRY_MS = 100;
/** The caller tries elsewhere, or later. */
const PASSING: ReadonlySet<string> = new Set([
  'NOT_LEADER',
  'NO_LEADER',
  'OVERLOADED',
  'DISK_FULL',
  'NOT_ENOUGH_REPLICAS',
]);

export class Asker {
  private readonly world: EngineWorld;
  private readonly name: string;

  constructor(world: EngineWorld, name: string) {
    this.world = world;
    this.name = name;
  }

  ask<T>(asked: Asked<T>): Promise<Answer<T>> {
    return new Promise((resolve) => {
      let unknown = 0;
      const attempt = (): void => {
        const { world } = this;
        const process = choose(world, (each) => each.replicas?.get(asked.group)?.serving === true);
        if (process === undefined) return this.later(RETRY_MS, attempt);
        const hasty = world.random.unit() < 0.15;
        ask<T | undefined>(world, {
          label: `${this.name} ${asked.label}`,
          process,
          timeoutMs: hasty ? 5 + world.random.unit() * 60 : 800 + world.random.unit() * 2_000,
          request: async () => await asked.call(process),
          done: (outcome) => {
            switch (outcome.kind) {
              case 'answered':
                if (outcome.value === undefined) return this.later(RETRY_MS, attempt);
                return resolve({ kind: 'answered', value: outcome.value, by: process.name });
              case 'refused': {
                const { error } = outcome;
                if (PASSING.has(error.code)) return this.later(RETRY_MS * world.random.unit(), attempt);
                return resolve({ kind: 'refused', error, certain: unknown === 0 });
              }
              case 'unknown':
                if (++unknown < asked.tries) return this.later(RETRY_MS * world.random.unit(), attempt);
                resolve({ kind: 'unknown' });
            }
          },
        });
      };
      attempt();
    });
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.later(ms, resolve));
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
