/**
 * Everything a node may be sent that it should not: wrong requests, messages that are none, connections that keep to no protocol, wrong
 * configurations. Each is refused in clear words (code, cause, hint); no process ends, and a client at work all the while notices nothing.
 */
import { connect, type FlowMesh } from '@flowmesh/client';
import { Cluster, type ClusterNode } from '../harness/cluster.ts';
import { grpcFrame, RawGrpc, type RawStatus } from '../harness/raw-grpc.ts';
import { RUDE_OPENINGS, RudeSockets } from '../harness/rude-sockets.ts';
import { partitionsOf } from '../harness/stream-view.ts';
import {
  badAdministration,
  badAppends,
  badPeers,
  type BadRequest,
  badReads,
  CLIENT_METHODS,
  PEER_METHODS,
} from './bad-requests.ts';
import { proveBadStarts } from './bad-starts.ts';
import type { Verdict } from './ledger.ts';
import { readBack, SteadyLoad } from './load.ts';

export interface BadInputOptions {
  readonly recordsPerSecond: number;
  readonly valueBytes: number;
  readonly partitions: number;
  /** Messages of noise for each method. */
  readonly noisePerMethod: number;
  /** Of each kind of rude connection, to each listener. */
  readonly socketsPerKind: number;
  readonly report: (line: string) => void;
}

export interface BadInputReport {
  readonly verdict: Verdict;
  readonly failures: Readonly<Record<string, number>>;
  /** What was sent, and how it was refused. */
  readonly refusals: Readonly<Record<string, string>>;
  readonly noiseMessages: number;
  readonly rudeConnections: number;
  readonly broken: readonly string[];
}

const STREAM = 'bad-input';
const CLUSTER_ID = 'e2e';

export async function proveBadInput(options: BadInputOptions): Promise<BadInputReport> {
  await using cluster = await Cluster.start({ nodes: 3 });
  const mesh = await connect({ endpoints: cluster.endpoints });
  try {
    await mesh.streams.create({ name: STREAM, partitions: options.partitions, replicationFactor: 3 });
    const load = new SteadyLoad({ mesh, stream: STREAM, ...options });
    load.start();
    const trial = new BadInputTrial(cluster, mesh, options);
    await trial.requests();
    await trial.noise();
    await trial.brokenFrames();
    using sockets = new RudeSockets();
    await trial.rudeConnections(sockets);
    await trial.http();
    await proveBadStarts(cluster, {
      refused: (what, how) => trial.note(what, how),
      broken: (what) => trial.broken.push(what),
    });
    // Others are served although the rude connections are still there.
    await mesh.streams.create({ name: 'still-served', partitions: 1, replicationFactor: 3 });
    await load.stop();
    const verdict = await readBack(mesh, STREAM, load.ledger);
    trial.checkProcesses();
    const { refusals, noiseMessages, broken } = trial;
    return {
      verdict,
      failures: load.failures(),
      refusals,
      noiseMessages,
      rudeConnections: sockets.opened,
      broken,
    };
  } finally {
    await mesh.close();
  }
}

class BadInputTrial {
  readonly broken: string[] = [];
  readonly refusals: Record<string, string> = {};
  noiseMessages = 0;
  private readonly cluster: Cluster;
  private readonly mesh: FlowMesh;
  private readonly options: BadInputOptions;

  constructor(cluster: Cluster, mesh: FlowMesh, options: BadInputOptions) {
    this.cluster = cluster;
    this.mesh = mesh;
    this.options = options;
  }

  note(what: string, how: string): void {
    this.refusals[what] = how;
  }

  // ---- requests that are well formed and wrong

  async requests(): Promise<void> {
    const { node, partition } = await this.leader();
    const target = { stream: STREAM, partition };
    await using client = new RawGrpc(node.grpcAddress);
    const wrong = [...badAppends(target), ...badAdministration(target), ...badReads(target)];
    for (const request of wrong) await this.mustRefuse(client, request);
    await using peer = new RawGrpc(`127.0.0.1:${node.ports.peer}`);
    for (const request of badPeers(CLUSTER_ID)) await this.mustRefuse(peer, request);
    this.options.report(`${Object.keys(this.refusals).length} wrong requests are refused in words`);
  }

  private async mustRefuse(client: RawGrpc, request: BadRequest): Promise<void> {
    const answer = await client.call(request.method, request.message);
    this.note(request.what, answerName(answer));
    if (!request.codes.includes(answer.code))
      this.broken.push(`${request.what}: ${answerName(answer)}, expected ${request.codes.join(' or ')}`);
    if (answer.message === '' || answer.hint === '')
      this.broken.push(`${request.what}: no cause or no hint in ${answerName(answer)}`);
  }

  /** A partition with its leader. */
  private async leader(): Promise<{ node: ClusterNode; partition: number }> {
    for (;;) {
      const views = await partitionsOf(this.cluster, this.mesh, STREAM, this.options.partitions);
      const partition = views?.findIndex(({ leader }) => leader !== undefined) ?? -1;
      const node = views?.[partition]?.leader;
      if (node !== undefined) return { node, partition };
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  // ---- messages that are none

  async noise(): Promise<void> {
    const [node] = this.cluster.nodes as [ClusterNode];
    const random = noiseSource(7);
    await using client = new RawGrpc(node.grpcAddress);
    await using peer = new RawGrpc(`127.0.0.1:${node.ports.peer}`);
    for (const [to, methods] of [
      [client, CLIENT_METHODS],
      [peer, PEER_METHODS],
    ] as const) {
      for (const method of methods) {
        await this.malformed(to, method);
        for (let i = 0; i < this.options.noisePerMethod; i++) await this.random(to, method, random(i));
      }
    }
    this.options.report(`${this.noiseMessages} messages of noise are refused or answered`);
  }

  /** Truncated field: can be no message of any type. */
  private async malformed(client: RawGrpc, method: string): Promise<void> {
    this.noiseMessages++;
    const answer = await client.call(method, Uint8Array.of(0x0a, 0x7f, 0x01));
    this.note(`a malformed message for ${method}`, answerName(answer));
    if (answer.grpcStatus === 0) this.broken.push(`${method} takes a malformed message`);
    // Between nodes the runtime's own refusal will do.
    const clear = answer.code === 'INVALID_ARGUMENT' || PEER_METHODS.includes(method);
    if (!clear || answer.message === '')
      this.broken.push(`a malformed message for ${method}: ${answerName(answer)}`);
  }

  /** May happen to mean something: it only must be answered, and not as a fault of the node. */
  private async random(client: RawGrpc, method: string, bytes: Uint8Array): Promise<void> {
    this.noiseMessages++;
    const answer = await client.call(method, bytes);
    if (answer.grpcStatus === -1 || answer.code === 'INTERNAL')
      this.broken.push(`noise ${Buffer.from(bytes).toString('hex')} for ${method}: ${answerName(answer)}`);
  }

  async brokenFrames(): Promise<void> {
    const method = '/flowmesh.v1.Cluster/Status';
    const [node] = this.cluster.nodes as [ClusterNode];
    const bodies: Readonly<Record<string, Uint8Array>> = {
      'a body without a message': new Uint8Array(0),
      'a frame without its end': grpcFrame(Uint8Array.of(1, 2), { length: 100 }),
      'a frame longer than any message': grpcFrame(new Uint8Array(10), { length: 1 << 30 }),
      'a frame said to be compressed': grpcFrame(Uint8Array.of(1, 2, 3), { compressed: 1 }),
      'half a frame prefix': Uint8Array.of(0, 0, 0),
    };
    for (const [what, body] of Object.entries(bodies)) {
      await using client = new RawGrpc(node.grpcAddress);
      const answer = await client.send(method, body);
      this.note(what, answerName(answer));
      if (answer.grpcStatus === 0) this.broken.push(`${what} is taken for a request`);
    }
    await using client = new RawGrpc(node.grpcAddress);
    const strange = {
      'an unknown method': await client.send(
        '/flowmesh.v1.Streams/NoSuchMethod',
        grpcFrame(new Uint8Array(0)),
      ),
      'another content type': await client.send(method, new Uint8Array(5), { 'content-type': 'text/plain' }),
      'headers beyond measure': await client.send(method, grpcFrame(new Uint8Array(0)), {
        'x-much': 'm'.repeat(200_000),
      }),
    };
    for (const [what, answer] of Object.entries(strange)) {
      this.note(what, answerName(answer));
      if (answer.grpcStatus === 0) this.broken.push(`${what} is answered as if it were right`);
    }
  }

  // ---- connections

  async rudeConnections(sockets: RudeSockets): Promise<void> {
    for (const node of this.cluster.nodes) {
      for (const port of [node.ports.grpc, node.ports.peer, node.ports.http]) {
        for (const opening of Object.values(RUDE_OPENINGS)) {
          for (let i = 0; i < this.options.socketsPerKind; i++) await sockets.open(port, opening);
        }
      }
    }
    for (const node of this.cluster.nodes) {
      await using client = new RawGrpc(node.grpcAddress);
      const answer = await client.call('/flowmesh.v1.Cluster/Status', new Uint8Array(0));
      if (answer.grpcStatus !== 0)
        this.broken.push(`among rude connections node ${node.id} answers ${answerName(answer)}`);
      if ((await node.http('/readyz'))?.status !== 200)
        this.broken.push(`among rude connections node ${node.id} is not ready`);
    }
    this.options.report(`${sockets.opened} rude connections are open, and everybody is served`);
  }

  async http(): Promise<void> {
    const [node] = this.cluster.nodes as [ClusterNode];
    const at = `http://127.0.0.1:${node.ports.http}`;
    const asked: Readonly<Record<string, { status: number; request: () => Promise<Response> }>> = {
      'an unknown path': { status: 404, request: () => fetch(`${at}/nowhere`) },
      'a POST': { status: 405, request: () => fetch(`${at}/readyz`, { method: 'POST', body: 'x' }) },
      'a header beyond measure': {
        status: 431,
        request: () => fetch(at, { headers: { 'x-much': 'm'.repeat(60_000) } }),
      },
    };
    for (const [what, { status, request }] of Object.entries(asked)) {
      const answer = await request();
      await answer.text();
      this.note(`${what} over HTTP`, String(answer.status));
      if (answer.status !== status) this.broken.push(`${what} over HTTP is answered ${answer.status}`);
    }
  }

  checkProcesses(): void {
    for (const node of this.cluster.nodes) {
      const entries = node.logEntries();
      if (!node.running || entries.filter((entry) => entry['msg'] === 'node started').length !== 1)
        this.broken.push(`node ${node.id} was not one process throughout`);
      for (const entry of entries) {
        const faulty = entry['msg'] === 'call failed unexpectedly' || entry['level'] === 'fatal';
        if (entry['raw'] !== undefined || faulty)
          this.broken.push(`node ${node.id} met a fault of its own: ${JSON.stringify(entry)}`);
      }
    }
  }
}

/** Reproducible bytes of 1 to 64. */
function noiseSource(seed: number): (turn: number) => Uint8Array {
  let state = seed;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return (turn) => Uint8Array.from({ length: 1 + ((next() + turn) % 64) }, () => next() & 255);
}

function answerName({ grpcStatus, code, message, hint }: RawStatus): string {
  return `${grpcStatus === 0 ? 'taken' : code || `gRPC status ${grpcStatus}`}: ${message.slice(0, 200)}${hint === '' ? '' : ` [${hint}]`}`;
}
