/** What runs on a world of groups beside its streams: groups of other kinds, the services of its processes, and clients with their checks. */
import type { GroupId, MachineKind } from '@flowmesh/base';
import type { Machine } from '@flowmesh/engines';
import type { NodeReplicas } from '../../../packages/broker/src/replica/replica-manager.ts';
import type { Checker } from '../check/checker.ts';
import type { NodeProcess } from './node-process.ts';

/** A client whose end is waited for. */
export interface EndingClient {
  /** Nothing new; what is under way goes on. */
  closing: boolean;
  readonly idle: boolean;
  /** Operations answered. */
  readonly acknowledged: number;
  /** Does one thing more at once, for the liveness phase. */
  poke(): void;
}

export interface Traffic {
  readonly checkers: readonly Checker[];
  readonly clients: readonly EndingClient[];
  /** Founds its groups; clients begin. */
  begin(): void;
  machine(kind: MachineKind): Machine<unknown>;
  /** A process has its replicas, none of which is open yet. */
  opening(process: NodeProcess, replicas: NodeReplicas): void;
  windDown(): void;
  unsettled(): string | undefined;
  /** Begins what has to be read at the end; `left` counts what has not come to its end. */
  proofs(): { readonly left: number };
  finalChecks(): void;
  /** Its checkers take down the commands of the group; those of others are batches of streams. */
  has(group: GroupId): boolean;
}
