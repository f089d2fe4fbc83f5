/**
 * One member of a group that has no other: from a proposal to the reply of the machine, with its log and its state on disk, but no network and no
 * client. What an operation takes of it is the same on any machine where it is counted, and needs no cluster where it is timed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { groupId, memberId, must, nodeId, replicaId } from '@flowmesh/base';
import { fastCrc32c } from '@flowmesh/compression';
import {
  encodeKvCommand,
  encodeQueueCommand,
  makeMachine,
  type NewJob,
  type QueueReply,
  type Receipt,
} from '@flowmesh/engines';
import { type NodeStorage, openNodeStorage } from '@flowmesh/storage';
import type { ProposalResult, Replica } from '../../packages/broker/src/replica/replica-api.ts';
import { DEFAULT_REPLICA_LIMITS } from '../../packages/broker/src/replica/replica-env.ts';
import { NodeReplicas } from '../../packages/broker/src/replica/replica-manager.ts';
import { systemClock, systemRandom, systemScheduler } from '../../packages/broker/src/system.ts';
import type { Transport } from '../../packages/broker/src/transport/transport.ts';

/** Of one kind of work. */
export interface WorkSettings {
  readonly payload: Uint8Array;
  readonly keys: number;
  /** Puts of one command, which have to be of different keys; divides what is under way and what is done in all. */
  readonly perCommand: number;
}

/** Proposals of one turn go together, as services do it. */
export class Proposer {
  private readonly replica: Replica;
  private queue: { readonly command: Uint8Array; readonly done: (value: unknown) => void }[] = [];

  constructor(replica: Replica) {
    this.replica = replica;
  }

  propose(command: Uint8Array, done: (value: unknown) => void): void {
    if (this.queue.push({ command, done }) === 1) systemScheduler.endOfTurn(() => this.flush());
  }

  private flush(): void {
    const { queue } = this;
    this.queue = [];
    const proposals = queue.map(({ command, done }) => ({
      command,
      ack: 'applied' as const,
      minDurable: 1,
      done: (result: ProposalResult) => done(valueOf(result)),
    }));
    const error = this.replica.propose(proposals);
    if (error !== undefined) throw error;
  }
}

function valueOf(result: ProposalResult): unknown {
  if (!result.ok) throw result.error;
  const reply = must(result.reply, 'an applied proposal has a reply');
  if (!reply.ok) throw reply.error;
  return reply.value;
}

export type Operate = (n: number, done: () => void) => void;

/** Calls `operate` until `count` are done, so many at a time. */
export function repeat(count: number, inFlight: number, operate: Operate): Promise<void> {
  return new Promise((resolve) => {
    let [begun, ended] = [0, 0];
    const next = (): void => {
      if (begun < count) operate(begun++, finish);
    };
    const finish = (): void => {
      if (++ended === count) resolve();
      else next();
    };
    for (let i = 0; i < inFlight; i++) next();
  });
}

const requestId = (n: number): string => `AbCdEfGhIjKlMnOp-${n.toString(36)}`;

/** One command for each `perCommand` puts: an operation is a put, and those of a command are done together. */
function putter(proposer: Proposer, { payload, keys, perCommand }: WorkSettings): Operate {
  const encoder = new TextEncoder();
  const put = (n: number) => {
    const key = encoder.encode(`key-${n % keys}`);
    return { kind: 'put', key, value: payload, expiry: { kind: 'default' } } as const;
  };
  let gathered: { readonly n: number; readonly done: () => void }[] = [];
  return (n, done) => {
    if (gathered.push({ n, done }) < perCommand) return;
    const puts = gathered;
    gathered = [];
    const body = {
      conditions: [],
      success: puts.map((one) => put(one.n)),
      failure: [],
      requestId: encoder.encode(requestId(n)),
    };
    proposer.propose(encodeKvCommand({ kind: 'txn', timeMs: Date.now(), ...body }), () => {
      for (const one of puts) one.done();
    });
  };
}

/** A job from its enqueue to its acknowledgement; those of a turn are received, and acknowledged, together. */
function worker(proposer: Proposer, { payload }: WorkSettings): Operate {
  const waiting: (() => void)[] = [];
  let ready = 0;
  const receive = (): void => {
    const max = Math.min(ready, 100);
    ready -= max;
    const wish = { worker: 'worker', max, bytesMax: 4 << 20, visibilityMs: undefined };
    proposer.propose(encodeQueueCommand({ kind: 'receive', timeMs: Date.now(), ...wish }), (value) => {
      const { jobs } = value as QueueReply & { kind: 'received' };
      acknowledge(jobs.map(({ meta: { seq, leaseEpoch } }) => ({ seq, leaseEpoch })));
    });
    if (ready > 0) receive();
  };
  const acknowledge = (receipts: readonly Receipt[]): void => {
    const command = encodeQueueCommand({ kind: 'ack', timeMs: Date.now(), receipts, transaction: undefined });
    proposer.propose(command, () => {
      for (const done of waiting.splice(0, receipts.length)) done();
    });
  };
  return (n, done) => {
    const job: NewJob = { ...PLAIN_JOB, payload };
    const body = { jobs: [job], requestId: requestId(n), transaction: undefined };
    proposer.propose(encodeQueueCommand({ kind: 'enqueue', timeMs: Date.now(), ...body }), () => {
      waiting.push(done);
      if (++ready === 1) systemScheduler.endOfTurn(receive);
    });
  };
}

const PLAIN_JOB: Omit<NewJob, 'payload'> = {
  headers: [],
  key: new Uint8Array(0),
  priority: 4,
  notBeforeMs: 0,
  dedupId: '',
  attemptsMax: undefined,
  origin: '',
};

export const WORKS = {
  put: { kind: 'bucket', open: putter },
  queue: { kind: 'queue', open: worker },
} as const;

const NO_TRANSPORT: Transport = {
  send: () => undefined,
  broadcastHealth: () => undefined,
  flush: () => undefined,
  connected: () => false,
  setPeers: () => undefined,
  pullSnapshot: () => {
    throw new Error('there are no peers');
  },
  forward: () => Promise.reject(new Error('there are no peers')),
  close: async () => undefined,
};

/** Since it was opened. */
export interface Written {
  /** Rows and deletions that RocksDB was given. */
  readonly rows: number;
  /** Of its write-ahead log. */
  readonly bytes: number;
  readonly fsyncs: number;
}

export class OneMember implements AsyncDisposable {
  readonly replica: Replica;
  private readonly dir: string;
  private readonly storage: NodeStorage;
  private readonly replicas: NodeReplicas;
  private readonly committed: { bytes: number; fsyncs: number };

  private constructor(
    dir: string,
    storage: NodeStorage,
    replicas: NodeReplicas,
    replica: Replica,
    committed: OneMember['committed'],
  ) {
    this.dir = dir;
    this.storage = storage;
    this.replicas = replicas;
    this.replica = replica;
    this.committed = committed;
  }

  /** Leads, in a folder of its own. `machine`: kind of the group. */
  static async open(machine: 'bucket' | 'queue'): Promise<OneMember> {
    const dir = mkdtempSync(path.join(tmpdir(), 'flowmesh-member-'));
    const committed = { bytes: 0, fsyncs: 0 };
    const storage = await openNodeStorage(dir, {
      crc32c: fastCrc32c,
      onCommit: ({ bytes, synced }) => {
        committed.bytes += bytes;
        committed.fsyncs += synced ? 1 : 0;
      },
    });
    const fatal = (error: Error): never => {
      throw error;
    };
    const nothing = (): void => undefined;
    const replicas = new NodeReplicas({
      node: nodeId(1),
      store: storage.logStore,
      transport: NO_TRANSPORT,
      clock: systemClock,
      scheduler: systemScheduler,
      random: systemRandom(),
      limits: DEFAULT_REPLICA_LIMITS,
      tickMs: 100,
      snapshotFetchesMax: 1,
      log: { info: nothing, warn: nothing, error: nothing },
      machineFor: (_group, kind) => makeMachine(kind),
      diskFull: () => false,
      fatal,
    });
    await replicas.start();
    const member = memberId({ node: nodeId(1), replica: replicaId(1) });
    const conf = {
      voters: [member],
      votersOutgoing: [],
      learners: [],
      learnersNext: [],
      autoLeave: false,
    };
    const serving = new Promise<void>((resolve) => replicas.addListener({ onServing: () => resolve() }));
    const replica = await replicas.create({ group: groupId(7), member, conf, machine });
    await serving;
    return new OneMember(dir, storage, replicas, replica, committed);
  }

  written(): Written {
    return { rows: this.storage.logStore.durable(), ...this.committed };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.replicas.stop();
    await this.storage.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
