/**
 * `npm run bench:member [-- --work put --work queue] [--operations N] [--in-flight 256] [--payload 256] [--keys 1000]`: what an operation costs one
 * member of a group, from its proposal to the reply of the machine, with its log and its state on disk, but no network and no client: processor time,
 * and rows, bytes and fsyncs of RocksDB, which are the same on any machine. One process, so that it can be measured where three nodes would starve.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
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
import { openNodeStorage } from '@flowmesh/storage';
import type { ProposalResult, Replica } from '../../packages/broker/src/replica/replica-api.ts';
import { DEFAULT_REPLICA_LIMITS } from '../../packages/broker/src/replica/replica-env.ts';
import { NodeReplicas } from '../../packages/broker/src/replica/replica-manager.ts';
import { systemClock, systemRandom, systemScheduler } from '../../packages/broker/src/system.ts';
import type { Transport } from '../../packages/broker/src/transport/transport.ts';
import { processorSum, processorTime, THREADS } from './process-cost.ts';

// As `main.ts` of the broker sets them.
setFlagsFromString('--heap-growing-percent=100');
setFlagsFromString('--scavenger-max-new-space-capacity-mb=4');

interface Settings {
  readonly operations: number;
  readonly inFlight: number;
  readonly payload: Uint8Array;
  readonly keys: number;
}

/** Proposals of one turn go together, as services do it. */
class Proposer {
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

/** Calls `operate` until `count` are done, so many at a time. */
function repeat(
  count: number,
  inFlight: number,
  operate: (n: number, done: () => void) => void,
): Promise<void> {
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

function putter(proposer: Proposer, { payload, keys }: Settings): (n: number, done: () => void) => void {
  const encoder = new TextEncoder();
  return (n, done) => {
    const key = encoder.encode(`key-${n % keys}`);
    const op = { kind: 'put', key, value: payload, expiry: { kind: 'default' } } as const;
    const body = { conditions: [], success: [op], failure: [], requestId: encoder.encode(requestId(n)) };
    proposer.propose(encodeKvCommand({ kind: 'txn', timeMs: Date.now(), ...body }), done);
  };
}

/** A job from its enqueue to its acknowledgement; those of a turn are received, and acknowledged, together. */
function worker(proposer: Proposer, { payload }: Settings): (n: number, done: () => void) => void {
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

const WORKS = { put: { kind: 'bucket', open: putter }, queue: { kind: 'queue', open: worker } } as const;

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

async function measure(name: keyof typeof WORKS, settings: Settings): Promise<void> {
  const { kind, open } = WORKS[name];
  const dir = mkdtempSync(path.join(tmpdir(), 'flowmesh-member-'));
  const written = { bytes: 0, fsyncs: 0 };
  const storage = await openNodeStorage(dir, {
    crc32c: fastCrc32c,
    onCommit: ({ bytes, synced }) => {
      written.bytes += bytes;
      written.fsyncs += synced ? 1 : 0;
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
    machineFor: (_group, machine) => makeMachine(machine),
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
  const replica = await replicas.create({ group: groupId(7), member, conf, machine: kind });
  await serving;
  const operate = open(new Proposer(replica), settings);
  const { operations, inFlight } = settings;
  const warmup = Math.ceil(operations / 3);
  await repeat(warmup, inFlight, operate);
  const [before, startMs] = [processorTime(process.pid), performance.now()];
  const [rowsBefore, writtenBefore] = [storage.logStore.durable(), { ...written }];
  await repeat(operations, inFlight, (n, done) => operate(warmup + n, done));
  const [after, endMs] = [processorTime(process.pid), performance.now()];
  const each = THREADS.map((thread) => [thread, (after[thread] - before[thread]) / operations] as const);
  const sum = (processorSum(after) - processorSum(before)) / operations;
  const threads = each.map(([thread, us]) => `${thread} ${us.toFixed(1)}`).join('  ');
  const rate = Math.round((operations * 1_000) / (endMs - startMs));
  const rows = (storage.logStore.durable() - rowsBefore) / operations;
  const bytes = (written.bytes - writtenBefore.bytes) / operations;
  const fsyncs = (written.fsyncs - writtenBefore.fsyncs) / operations;
  console.log(
    `${name}: ${sum.toFixed(1)} µs/op of one member  (${threads})  ${rows.toFixed(2)} rows/op  ${bytes.toFixed(0)} B/op  ${fsyncs.toFixed(3)} fsyncs/op  ${rate}/s`,
  );
  await replicas.stop();
  await storage.close();
  rmSync(dir, { recursive: true, force: true });
}

const { values } = parseArgs({
  options: {
    work: { type: 'string', multiple: true, default: Object.keys(WORKS) },
    operations: { type: 'string', default: '60000' },
    'in-flight': { type: 'string', default: '256' },
    payload: { type: 'string', default: '256' },
    keys: { type: 'string', default: '1000' },
  },
});
for (const work of values.work) {
  if (!(work in WORKS)) throw new Error(`unknown work ${work}; there are ${Object.keys(WORKS).join(', ')}`);
  await measure(work as keyof typeof WORKS, {
    operations: Number(values.operations),
    inFlight: Number(values['in-flight']),
    payload: new Uint8Array(Number(values.payload)).fill(97),
    keys: Number(values.keys),
  });
}
