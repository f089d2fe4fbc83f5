/**
 * What the transport carries between two processes on loopback: `node packages/broker/bench/transport.ts [seconds]`.
 * Not durable, no consensus: an upper bound for what replication can move.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  type Clock,
  groupId,
  memberId,
  nodeId,
  replicaId,
  type Scheduler,
  SeededRandom,
} from '@flowmesh/base';
import type { PeerMessage } from '@flowmesh/raft';
import { GrpcTransport } from '../src/transport/grpc-transport.ts';
import { PeerListener } from '../src/transport/peer-listener.ts';
import type { PeerEndpoint, TransportHandler } from '../src/transport/transport.ts';

const seconds = Number(process.argv[2] ?? 3);
const clock: Clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
const scheduler: Scheduler = {
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  endOfTurn: (task) => void setImmediate(task),
};
const SENDER = memberId({ node: nodeId(1), replica: replicaId(1) });
const RECEIVER = memberId({ node: nodeId(2), replica: replicaId(1) });

interface Counts {
  frames: number;
  messages: number;
  bytes: number;
}

async function open(node: number, handler: Partial<TransportHandler>) {
  const listener = await PeerListener.listen({ host: '127.0.0.1', port: 0 });
  const nothing = (): void => undefined;
  const transport = new GrpcTransport({
    self: { clusterId: 'bench', node: nodeId(node), uuid: `u${node}`, session: 's', starts: 0, recovered: 0 },
    listener,
    clock,
    scheduler,
    random: new SeededRandom(node),
    log: { info: nothing, warn: console.warn, error: console.error },
    handler: {
      onMessages: nothing,
      onHealth: nothing,
      onPeerUp: nothing,
      onPeerDown: nothing,
      onUnreachable: nothing,
      openSnapshot: () => Promise.reject(new Error('none')),
      onForward: () => Promise.reject(new Error('none')),
      ...handler,
    },
  });
  const endpoint: PeerEndpoint = {
    node: nodeId(node),
    uuid: `u${node}`,
    address: `127.0.0.1:${listener.port}`,
  };
  return { transport, listener, endpoint };
}

/** The other process: counts what comes, and answers every frame of appends with one append-reply. */
async function receiver(): Promise<void> {
  const counts: Counts = { frames: 0, messages: 0, bytes: 0 };
  const reply: PeerMessage = {
    kind: 'append-reply',
    from: RECEIVER,
    to: SENDER,
    term: 1,
    index: 1,
    reject: false,
    rejectHint: 0,
    rejectTerm: 0,
  };
  const { transport, endpoint } = await open(2, {
    onMessages: (_, messages) => {
      counts.frames++;
      counts.messages += messages.length;
      let appends = 0;
      for (const { message } of messages) {
        if (message.kind !== 'append') continue;
        appends++;
        for (const entry of message.entries) counts.bytes += entry.data.length;
      }
      for (let i = 0; i < appends; i++) transport.send(groupId(1), reply);
      transport.flush();
    },
  });
  process.on('message', (message: { peer?: PeerEndpoint }) => {
    if (message.peer !== undefined) transport.setPeers([message.peer]);
    else process.send?.({ counts, cpuMs: process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000 });
  });
  process.send?.({ endpoint });
}

function append(bytes: number): PeerMessage {
  return {
    kind: 'append',
    from: SENDER,
    to: RECEIVER,
    term: 1,
    prevIndex: 10,
    prevTerm: 1,
    commit: 9,
    entries: [{ term: 1, index: 11, kind: 'normal', data: Buffer.alloc(bytes, 1) }],
  };
}

/** What one tick of 2,000 groups costs the sender. */
async function measureHeartbeats(transport: GrpcTransport): Promise<void> {
  const beats = Array.from({ length: 2000 }, (_, i) => groupId(i + 1));
  const beat: PeerMessage = {
    kind: 'heartbeat',
    from: SENDER,
    to: RECEIVER,
    term: 3,
    commit: 123_456,
    context: 0,
  };
  const cpuBefore = process.cpuUsage();
  const rounds = 200;
  for (let round = 0; round < rounds; round++) {
    for (const group of beats) transport.send(group, beat);
    transport.flush();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const cpu = process.cpuUsage(cpuBefore);
  console.log(
    `2,000 heartbeats in one frame: ${((cpu.user + cpu.system) / 1000 / rounds).toFixed(2)} ms CPU at the sender`,
  );
}

async function sender(): Promise<void> {
  let answered = 0;
  let wake = (): void => undefined;
  const child = fork(fileURLToPath(import.meta.url), ['receiver'], { stdio: 'inherit' });
  const [{ endpoint: peer }] = (await once(child, 'message')) as [{ endpoint: PeerEndpoint }];
  const { transport, listener, endpoint } = await open(1, {
    onMessages: (_, messages) => {
      answered += messages.length;
      wake();
    },
    onPeerUp: () => wake(),
  });
  const turn = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  const ask = async (): Promise<{ counts: Counts; cpuMs: number }> => {
    child.send({});
    return ((await once(child, 'message')) as [{ counts: Counts; cpuMs: number }])[0];
  };
  transport.setPeers([peer]);
  child.send({ peer: endpoint });
  while (!transport.connected(peer.node)) await turn();

  for (const [label, bytes, window] of [
    ['16 KiB entries, 256 in flight', 16_384, 256],
    ['1 KiB entries, 1,024 in flight', 1024, 1024],
    ['1 KiB entries, one at a time', 1024, 1],
  ] as const) {
    const message = append(bytes);
    const before = await ask();
    const cpuBefore = process.cpuUsage();
    const startedMs = performance.now();
    let sent = 0;
    answered = 0;
    while (performance.now() - startedMs < seconds * 1000) {
      for (; sent - answered < window; sent++) transport.send(groupId(sent % 64), message);
      transport.flush();
      await turn();
    }
    const elapsedS = (performance.now() - startedMs) / 1000;
    while (answered < sent) await turn();
    const after = await ask();
    const cpu = process.cpuUsage(cpuBefore);
    const mebibytes = (after.counts.bytes - before.counts.bytes) / 2 ** 20;
    const perSecond = (value: number): string => Math.round(value / elapsedS).toLocaleString('en');
    console.log(
      `${label}: ${perSecond(mebibytes)} MiB/s, ${perSecond(answered)} appends/s, ` +
        `${perSecond(after.counts.frames - before.counts.frames)} frames/s, ` +
        `CPU sender ${((cpu.user + cpu.system) / 1e6 / elapsedS).toFixed(2)} receiver ` +
        `${((after.cpuMs - before.cpuMs) / 1000 / elapsedS).toFixed(2)} cores`,
    );
  }

  await measureHeartbeats(transport);
  child.kill();
  await transport.close();
  await listener.close();
}

await (process.argv[2] === 'receiver' ? receiver() : sender());
