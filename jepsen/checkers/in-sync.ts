/**
 * Of a stream that has a copy on every node and wants all of them in sync:
 *
 *   too few copies   a record was sent and acknowledged while a node was down
 *
 * A node is down from when the fault that killed it had begun, and told whom it met, until that fault began to end.
 */
import { type Call, callsOf } from '../history/calls.ts';
import { type Checker, NEMESIS, type Operation } from '../history/operation.ts';
import type { SendAsked } from '../history/stream-values.ts';
import type { FaultEvent } from '../run/faults.ts';
import { Anomalies } from './anomalies.ts';

const SEND: ReadonlySet<string> = new Set(['send']);
const FAULTS: ReadonlySet<string> = new Set(['kill', 'power']);

interface Down {
  readonly nodes: readonly number[];
  readonly from: number;
  until: number;
}

/** Whom a fault keeps down, as it tells itself: `kill` names nodes, `power` what each lost. */
function nodesOf({ f, value }: Operation): readonly number[] {
  const { note } = value as FaultEvent;
  if (typeof note !== 'object' || note === null) return [];
  const told = note as { readonly nodes?: number[]; readonly lost?: readonly { readonly node: number }[] };
  if (f === 'kill') return told.nodes ?? [];
  return f === 'power' ? (told.lost ?? []).map(({ node }) => node) : [];
}

function downs(history: readonly Operation[]): readonly Down[] {
  const found = new Map<number, Down>();
  for (const operation of history) {
    if (operation.process !== NEMESIS || !FAULTS.has(operation.f)) continue;
    const { fault, phase } = operation.value as FaultEvent;
    const known = found.get(fault);
    const nodes = nodesOf(operation);
    if (known !== undefined && phase !== 'begin') known.until = Math.min(known.until, operation.index);
    else if (phase === 'begin' && nodes.length > 0)
      found.set(fault, { nodes, from: operation.index, until: Number.POSITIVE_INFINITY });
  }
  return [...found.values()];
}

export const inSync: Checker = (history) => {
  const anomalies = new Anomalies();
  const faults = downs(history);
  const sends = callsOf(history, SEND);
  const during = ({ from, until }: Down, call: Call): boolean => from < call.from && call.to < until;
  for (const call of sends) {
    const down = call.type === 'ok' ? faults.find((one) => during(one, call)) : undefined;
    if (down === undefined) continue;
    const { partition, values } = call.asked as SendAsked;
    const said = `${values.join(', ')} of partition ${partition} was acknowledged`;
    anomalies.add('too few copies', `${said} while node ${down.nodes.join(', ')} was down`, [call]);
  }
  const refused = sends.filter((call) => call.completion?.error?.code === 'NOT_ENOUGH_REPLICAS').length;
  return anomalies.verdict('in-sync', sends.length, {
    sends: sends.length,
    'nodes down': faults.length,
    refused,
  });
};
