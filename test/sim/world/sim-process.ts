/** What the parts that both kinds of world share need of a process: it runs tasks, has replicas, and a door for clients. */
import type { FlowError, GroupId } from '@flowmesh/base';
import type { NodeReplicas } from '../../../packages/broker/src/replica/replica-manager.ts';
import type { NodeClock } from '../time/node-clock.ts';
import type { EventOwner } from '../time/virtual-time.ts';
import type { StreamFront } from './stream-front.ts';

export interface SimProcess extends EventOwner {
  readonly clock: NodeClock;
  readonly front: StreamFront;
  /** Undefined until the store is open. */
  readonly replicas: NodeReplicas | undefined;
  /** Begins to run; what follows happens in the process's own events. */
  start(): void;
  /** Runs `task` in this process. */
  run(label: string, task: () => void, delayMs?: number): void;
}

/** What a process tells the world. */
export interface ProcessHooks {
  note(what: string): void;
  /** Its store refused to open: the disk's data are lost. */
  refused(error: FlowError): void;
  /** It cannot go on and asks to be ended. */
  fatal(error: FlowError): void;
  /** One of its replicas has failed. */
  replicaFailed(group: GroupId, error: FlowError): void;
  /** Nothing of the kind should ever happen. */
  broken(error: unknown): void;
}
