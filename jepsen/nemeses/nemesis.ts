/**
 * What a fault is: something that begins, holds for a while and ends. Its schedule, its variant and whom it meets come from the seed alone
 * (run/schedule.ts); only the leader is looked up when it begins, and what was found is written to the history.
 *
 *   planned ─ begin ─► holds ─ end ─► healed          what is begun is always ended, at the latest before the final reads
 */
import { spawnSync } from 'node:child_process';
import type { FlowMesh } from '@flowmesh/client';
import type { World } from '../cluster/world.ts';

/** JSON, so that a schedule can be read, changed and run again. */
export interface PlannedFault {
  readonly nemesis: string;
  readonly variant: string;
  /** All nodes, shuffled: the first ones are meant. */
  readonly order: readonly number[];
  /** In [0, 1): how much, where there is a how much. */
  readonly amount: number;
  readonly atMs: number;
  readonly forMs: number;
}

export interface Arena {
  readonly world: World;
  /** For administration; its connections are those of the clients. */
  readonly mesh: FlowMesh;
  log(message: string): void;
  /** The node that leads most of what the workload uses; undefined where nobody tells in time. */
  leader(): Promise<number | undefined>;
  /**
   * For what takes a node's data away, which may not meet two nodes before the first has all of it again: waits for its turn and for every
   * replica to be in sync; undefined where that does not come in time. What is returned ends the turn.
   */
  turnToDestroy(): Promise<(() => void) | undefined>;
  /** A file was damaged, which the node may not notice: before the next turn of another fault it gets an empty disk, unless the file is gone by then. */
  mistrust(node: number, file: string): void;
}

/** A fault that holds. `note` goes into the history. */
export interface Fault {
  readonly note: unknown;
  /** What it says goes into the history too. */
  end(): Promise<unknown>;
}

export interface Nemesis {
  readonly name: string;
  /** One sentence. */
  readonly does: string;
  readonly variants: readonly string[];
  /** How long one fault holds, from and to. */
  readonly holdsMs: readonly [from: number, to: number];
  /** A node that ends by itself while this holds, or soon after, ends because of it. */
  readonly endsNodes?: boolean;
  /** Why it cannot be had here; undefined: it can. */
  missing?(): string | undefined;
  /** `owner` names the fault among all of the run. */
  begin(arena: Arena, fault: PlannedFault, owner: string): Promise<Fault>;
}

export const majorityOf = (nodes: number): number => Math.floor(nodes / 2) + 1;

/** The nodes that a variant names: `leader`, `minority`, `majority`, `all`; others: one. */
export async function victims(arena: Arena, { variant, order }: PlannedFault): Promise<readonly number[]> {
  const [first = 1] = order;
  if (variant.startsWith('leader')) return [(await arena.leader()) ?? first];
  if (variant.startsWith('minority')) return order.slice(0, order.length - majorityOf(order.length));
  if (variant.startsWith('majority')) return order.slice(0, majorityOf(order.length));
  if (variant.startsWith('all')) return [...order].sort((a, b) => a - b);
  return [first];
}

/** With the leader in front, where there is one that is known. */
export async function leaderFirst(arena: Arena, { order }: PlannedFault): Promise<readonly number[]> {
  const leader = await arena.leader();
  return leader === undefined ? order : [leader, ...order.filter((node) => node !== leader)];
}

/** Of faults that stand before the C library. */
export function needsCompiler(): string | undefined {
  const compiler = process.env['CC'] ?? 'cc';
  const there = process.platform === 'linux' && spawnSync(compiler, ['--version']).status === 0;
  return there ? undefined : 'it needs Linux and a C compiler (set CC where it is not cc)';
}
