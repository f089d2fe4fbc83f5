/**
 * What a workload is: clients that the runner gives operations to, where these come from, what is read at the end, and who judges. The runner
 * records every invoke and completion; a workload keeps nothing that a checker would need.
 */
import type { Random } from '@flowmesh/base';
import type { Checker, Face, OperationError } from '../history/operation.ts';

export interface OperationRequest {
  readonly f: string;
  readonly value: unknown;
  /** How long whoever asks waits. Absent: as long as any of the run. */
  readonly timeoutMs?: number;
}

export interface OperationResult {
  readonly type: 'ok' | 'fail' | 'info';
  /** As it is written to the history: JSON. */
  readonly value: unknown;
  readonly error?: OperationError;
  readonly node?: number;
  readonly face?: Face;
}

export interface WorkloadClient {
  /** Never rejects. When `signal` aborts (the operation's time is up) it resolves soon, with `info` where the outcome is not known. */
  invoke(op: OperationRequest, signal: AbortSignal): Promise<OperationResult>;
  close(): Promise<void>;
}

/** The listeners of a node, host:port, as one side of the network sees them. */
export interface NodeEndpoints {
  readonly node: number;
  readonly grpc: string;
  readonly kafka: string;
}

export interface WorkloadEnv {
  readonly seed: number;
  /** For set-up and clients; the generator is given its own. */
  readonly rng: Random;
  /** The nodes as the client of a process reaches them; of SETUP: as the runner does, whatever the network between clients and nodes. */
  endpointsOf(process: number): readonly NodeEndpoints[];
  log(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** The process number of set-up and final reads. */
export const SETUP = -2;

export interface Workload {
  readonly name: string;
  /** Processes at once. */
  readonly concurrency: number;
  /** Makes streams, queues and buckets; once, before the faults. */
  setup(env: WorkloadEnv): Promise<void>;
  /** A client of its own for each process; it resolves although nodes are down. */
  client(env: WorkloadEnv, process: number): Promise<WorkloadClient>;
  next(rng: Random, process: number): OperationRequest;
  /**
   * What is asked at the end, when all faults are healed and clients have stopped: by one process, one after the other. It is told each result and
   * decides what comes next, for instance the same again. The runner records these as all others.
   */
  finals(env: WorkloadEnv): Generator<OperationRequest, void, OperationResult>;
  readonly checkers: readonly Checker[];
}
