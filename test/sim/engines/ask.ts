/**
 * One request of a client outside the cluster, to one process: it takes time, and is lost now and then, on the way there or back. The client
 * hears once what came of it, or that it does not know.
 *
 *   answered   the service's answer
 *   refused    the service says that nothing has happened
 *   unknown    lost, too late, or the service does not know: it may have happened, or may still happen
 */
import { type FlowError, isFlowError } from '@flowmesh/base';
import type { SimProcess } from '../world/sim-process.ts';
import type { EngineWorld } from './workload.ts';

export type Outcome<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'refused'; readonly error: FlowError }
  /** `final`: asking again would be answered the same. */
  | { readonly kind: 'unknown'; readonly final: boolean };

export interface Question<T> {
  readonly label: string;
  readonly process: SimProcess;
  readonly timeoutMs: number;
  /** Runs in the process. */
  readonly request: () => Promise<T>;
  readonly done: (outcome: Outcome<T>) => void;
}

const LOSS = 0.02;
/** Codes by which nothing was written, as services promise. */
const NOTHING_DONE: ReadonlySet<string> = new Set([
  'NOT_LEADER',
  'NO_LEADER',
  'OVERLOADED',
  'DISK_FULL',
  'NOT_ENOUGH_REPLICAS',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PRECONDITION_FAILED',
  'INVALID_ARGUMENT',
  'PRODUCER_FENCED',
  'TRANSACTION_ABORTED',
  'MEMBER_UNKNOWN',
  'MEMBER_FENCED',
  'STALE_MEMBER',
  'REVISION_COMPACTED',
]);

export function ask<T>(world: EngineWorld, question: Question<T>): void {
  const { time, random } = world;
  const { process, label } = question;
  let open = true;
  const done = (outcome: Outcome<T>): void => {
    if (!open) return;
    open = false;
    try {
      question.done(outcome);
    } catch (error) {
      world.failed(error);
    }
  };
  time.after(question.timeoutMs, undefined, `${label} gives up`, () =>
    done({ kind: 'unknown', final: false }),
  );
  if (random.unit() < LOSS) return;
  const back = (outcome: Outcome<T>): void => {
    if (random.unit() < LOSS) return;
    time.after(0.2 + random.unit(), undefined, `${label} answered`, () => done(outcome));
  };
  const asked = (): void => {
    question.request().then(
      (value) => back({ kind: 'answered', value }),
      (error: unknown) => {
        if (!isFlowError(error)) world.failed(error);
        else back(outcomeOf(error));
      },
    );
  };
  process.run(label, asked, 0.2 + random.unit());
}

function outcomeOf(error: FlowError): Outcome<never> {
  const certain = NOTHING_DONE.has(error.code) && error.details['outcome'] === undefined;
  return certain ? { kind: 'refused', error } : { kind: 'unknown', final: !error.retryable };
}

/** Who serves a group, most of the time; else anybody, an old leader that believes in itself before others. */
export function choose(world: EngineWorld, serves: (process: SimProcess) => boolean): SimProcess | undefined {
  const { random } = world;
  const processes = world.processes();
  const serving = processes.filter(serves);
  const from = serving.length > 0 && random.unit() < 0.9 ? serving : processes;
  return from[random.below(Math.max(1, from.length))];
}
