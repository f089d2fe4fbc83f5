/**
 * What a workload is: resources of one kind, the service through which clients reach them, the clients, and the checkers that judge what
 * machines and clients did. Each has a folder of its own here, with its broken variants; `workloads.ts` knows them all.
 */
import type { Clock, GroupId, NodeId, Random, Scheduler } from '@flowmesh/base';
import type { CatalogStream, ResourceKind } from '@flowmesh/engines';
import type { ReplicaManager } from '../../../packages/broker/src/replica/replica-api.ts';
import type { DeadlineWheel } from '../../../packages/broker/src/services/deadline-wheel.ts';
import type { CatalogPort, DiskPort, Door, LeaderPort } from '../../../packages/broker/src/services/ports.ts';
import type { Checker } from '../check/checker.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { Profile } from '../world/profile.ts';
import type { SimProcess } from '../world/sim-process.ts';
import type { EndingClient } from '../world/traffic.ts';

export interface ResourceWish {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly shards: number;
  readonly config: Readonly<Record<string, string>>;
  /** Known by its name alone: nobody reads or writes it. */
  readonly unfounded?: true;
}

/** What services of a process are given: the ports of the product, as the simulator has them. */
export interface EnginePorts {
  readonly node: NodeId;
  readonly replicas: ReplicaManager;
  readonly catalog: CatalogPort;
  readonly leaders: LeaderPort;
  readonly disk: DiskPort;
  readonly door: Door;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly wheel: DeadlineWheel;
  readonly forward: (node: NodeId, message: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>;
  /** Answers what `forward` of another node asks. */
  onForward(answer: (message: Uint8Array) => Promise<Uint8Array>): void;
}

/** The world as workloads see it. */
export interface EngineWorld {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly profile: Profile;
  processes(): readonly SimProcess[];
  note(who: string, what: string): void;
  failed(error: unknown): void;
}

export interface Workload {
  readonly name: string;
  /** Created before anything runs. */
  readonly resources: readonly ResourceWish[];
  readonly checkers: readonly Checker[];
  readonly clients: readonly EndingClient[];
  /** A process begins: makes the services of this workload on it. */
  equip(process: SimProcess, ports: EnginePorts): void;
  /** The resources are there; clients begin. */
  begin(resources: readonly CatalogStream[]): void;
  /** All faults are healed: clients take things to their end. */
  windDown(): void;
  /** Every key of a replica's state at the end, as `keyName` spells them. */
  inspect?(group: GroupId, applied: number, keys: Iterable<string>): void;
  /** What still has to come to rest after the clients have ended; undefined: nothing. */
  unsettled(): string | undefined;
  /** What can be judged at the end alone, when all replicas are equal and nobody asks for anything. */
  finalChecks(): void;
}
