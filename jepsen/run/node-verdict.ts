/** What the nodes themselves say about a run: one that ends without a fault that explains it is an anomaly, and so is a cluster that does not recover. */
import { type Anomaly, NEMESIS, type Operation, type Verdict } from '../history/operation.ts';
import type { FaultEvent } from './faults.ts';

/** A fault explains an end of a node that comes so long after it. */
const AFTERMATH_MS = 30_000;
const SAID_CHARACTERS_MAX = 600;

/** How the harness writes down that a node has ended by itself. */
export const NODE_ENDED = 'node-ended';

export const RECOVERY = 'recovery';

export interface EndValue {
  readonly node: number;
  readonly exit: number | string;
  readonly said: string;
}

interface Held {
  readonly fromMs: number;
  untilMs: number;
}

/** When faults held that end nodes. */
function explanations(history: readonly Operation[], endsNodes: (nemesis: string) => boolean): Held[] {
  const held = new Map<number, Held>();
  for (const { process, f, value, timeMs } of history) {
    if (process !== NEMESIS || f === NODE_ENDED || !endsNodes(f)) continue;
    const { fault, phase } = value as FaultEvent;
    const known = held.get(fault);
    if (known === undefined) held.set(fault, { fromMs: timeMs, untilMs: Infinity });
    else if (phase === 'end' || phase === 'failed') known.untilMs = timeMs + AFTERMATH_MS;
  }
  return [...held.values()];
}

/** The line that tells why, where there is one. */
function reasonOf(said: string): string {
  const lines = said.split('\n').filter((line) => line !== '');
  const fatal = lines.findLast((line) => /"level":(60|"fatal")|AssertionError|FATAL|fatal/.test(line));
  return (fatal ?? lines.at(-1) ?? '').slice(0, SAID_CHARACTERS_MAX);
}

export function judgeNodes(history: readonly Operation[], endsNodes: (nemesis: string) => boolean): Verdict {
  const explained = explanations(history, endsNodes);
  const anomalies: Anomaly[] = [];
  let ends = 0;
  for (const { process, f, value, timeMs, index } of history) {
    if (process !== NEMESIS || f !== NODE_ENDED) continue;
    ends++;
    const { node, exit, said } = value as EndValue;
    if (explained.some(({ fromMs, untilMs }) => timeMs >= fromMs && timeMs <= untilMs)) continue;
    anomalies.push({
      kind: 'node-ended',
      message: `node ${node} ended by itself (${exit}): ${reasonOf(said)}`,
      operations: [index],
    });
  }
  return {
    checker: 'nodes',
    valid: anomalies.length === 0,
    anomalies,
    facts: { 'ended by themselves': ends },
  };
}

/** `trouble`: why the cluster was not well again in time after everything was healed. */
export function judgeRecovery(trouble: string | undefined, tookMs: number): Verdict {
  return {
    checker: RECOVERY,
    valid: trouble === undefined,
    anomalies: trouble === undefined ? [] : [{ kind: 'no-recovery', message: trouble, operations: [] }],
    facts: { 'all ready after ms': Math.round(tookMs) },
  };
}
