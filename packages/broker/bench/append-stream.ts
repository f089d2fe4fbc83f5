/**
 * Small appends through AppendStream: how many a second one server process takes, without replication and disk (the replica
 * applies at once in memory). The client is a process of its own.
 *
 *   node packages/broker/bench/append-stream.ts [seconds] [connections] [value bytes]
 */
import { fork } from 'node:child_process';
import { crc32c, nodeId } from '@flowmesh/base';
import { fastCrc32c } from '@flowmesh/compression';
import { encodeBatch } from '@flowmesh/kafka';
import { StreamsClient } from '@flowmesh/proto';
import { credentials } from '@grpc/grpc-js';
import { DEFAULT_GRPC_OPTIONS, GrpcGateway } from '../src/gateways/grpc/grpc-gateway.ts';
import { makeServices } from '../src/services/node-services.ts';
import { NO_METRICS, OPEN_DOOR } from '../src/services/ports.ts';
import { DEFAULT_STREAM_LIMITS } from '../src/services/stream/stream-service.ts';
import { systemClock, systemScheduler } from '../src/system.ts';
import { createStream, FakeCatalog, FakeDisk, FakeLeaders } from '../test/services/fake-cluster.ts';
import { FakeNodes, FakeOps } from '../test/services/fake-ops.ts';
import { FakeReplicas } from '../test/services/fake-replicas.ts';

const [secondsText = '5', connectionsText = '1', bytesText = '100', role = 'server', portText = '0'] =
  process.argv.slice(2);

async function serve(): Promise<void> {
  const catalog = new FakeCatalog(3);
  const leaders = new FakeLeaders();
  const replicas = new FakeReplicas();
  const services = makeServices({
    node: { clusterId: 'bench', nodeId: nodeId(1), version: '0' },
    replicas,
    catalog,
    leaders,
    disk: new FakeDisk(),
    door: OPEN_DOOR,
    metrics: NO_METRICS,
    clock: systemClock,
    scheduler: systemScheduler,
    codecs: {},
    crc32c: fastCrc32c,
    limits: DEFAULT_STREAM_LIMITS,
    troubles: { troublesOf: () => [] },
    nodes: new FakeNodes(),
    ops: new FakeOps(),
    diagnostics: { parts: async () => [] },
    randomBytes: (count) => new Uint8Array(count),
    forward: () => Promise.reject(new Error('there is no other node')),
    receiversMax: 100,
    onFault: (error) => {
      throw error;
    },
    newUuid: () => '',
  });
  for (const group of createStream(catalog, 's', { partitions: 8 })) {
    leaders.set(group, 1);
    replicas.place(group);
  }
  const ports = { ...services, readiness: { ready: () => true, onChange: () => () => undefined } };
  const gateway = new GrpcGateway(
    { ...ports, metrics: NO_METRICS, clock: systemClock, onFault: console.error },
    { ...DEFAULT_GRPC_OPTIONS, host: '127.0.0.1', port: 0 },
  );
  const port = await gateway.start();
  const before = process.cpuUsage();
  const startMs = performance.now();
  const client = fork(process.argv[1] ?? '', [secondsText, connectionsText, bytesText, 'client', `${port}`]);
  await new Promise((resolve) => client.once('exit', resolve));
  const { user, system } = process.cpuUsage(before);
  console.log(
    `server CPU ${(((user + system) / 1_000 / (performance.now() - startMs)) * 100).toFixed(0)} % of a core`,
  );
  await gateway.stop(1_000);
  services.close();
}

async function load(): Promise<void> {
  const value = new Uint8Array(Number(bytesText)).fill(97);
  const batch = encodeBatch([{ key: undefined, value, headers: [], timestampMs: 1 }], { crc: crc32c });
  const until = performance.now() + Number(secondsText) * 1_000;
  let answered = 0;
  const one = (i: number): Promise<void> => {
    const client = new StreamsClient(`127.0.0.1:${portText}`, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
    });
    const call = client.appendStream();
    let inFlight = 0;
    let sent = 0;
    const pump = (): void => {
      while (inFlight < 512 && performance.now() < until) {
        call.write({ stream: 's', partition: i % 8, batch, correlation: sent++ });
        inFlight++;
      }
      if (inFlight === 0) call.end();
    };
    return new Promise<void>((resolve) => {
      call.on('data', () => {
        inFlight--;
        answered++;
        if (inFlight < 256) pump();
      });
      call.on('end', () => {
        client.close();
        resolve();
      });
      pump();
    });
  };
  await Promise.all(Array.from({ length: Number(connectionsText) }, (_, i) => one(i)));
  console.log(
    `${Math.round(answered / Number(secondsText))} appends/s of ${bytesText} B over ${connectionsText} connection(s)`,
  );
}

await (role === 'client' ? load() : serve());
