/** A client process that publishes to a stream, or reads it. */
import { connect, type FlowMesh, type ProducerOptions, type SecurityOptions } from '@flowmesh/client';
import type { BenchClient, FlowSink } from '../clients/client-protocol.ts';
import { machineNowUs } from '../clients/machine-clock.ts';
import { PayloadSource, stampOf } from '../measure/payload-source.ts';

/** What every client of FlowMesh is told. */
export interface MeshOptions {
  readonly endpoints: readonly string[];
  readonly security: SecurityOptions;
}

export type StreamClientOptions = MeshOptions & { readonly stream: string } & (
    | { readonly does: 'publish'; readonly payloadBytes: number; readonly producer: ProducerOptions }
    /** Reads its partitions from the beginning, again and again. */
    | { readonly does: 'read'; readonly partitions: readonly number[] }
    /** Reads what comes from now on. */
    | { readonly does: 'tail'; readonly partitions: readonly number[] }
  );

export function connectMesh({ endpoints, security }: MeshOptions): Promise<FlowMesh> {
  return connect({ endpoints, ...security });
}

export async function openClient(options: StreamClientOptions): Promise<BenchClient> {
  const mesh = await connectMesh(options);
  const close = (): Promise<void> => mesh.close();
  if (options.does === 'publish') {
    const producer = mesh.producer(options.producer);
    const payloads = new PayloadSource(options.payloadBytes);
    const { stream, payloadBytes } = options;
    return {
      kind: 'operations',
      close,
      operate: async (sequence, intendedUs) => {
        await producer.send({ stream, value: payloads.next(intendedUs, sequence) });
        return payloadBytes;
      },
    };
  }
  const { stream, partitions } = options;
  if (options.does === 'read') {
    return { kind: 'flow', close, run: (sink, signal) => readAgain(mesh, stream, partitions, sink, signal) };
  }
  // Positions are fixed now, before anything that counts is sent.
  const consumer = mesh.consume({ stream, partitions, from: await endOf(mesh, stream) });
  return {
    kind: 'flow',
    close,
    run: async (sink, signal) => {
      signal.addEventListener('abort', () => void consumer.close(), { once: true });
      for await (const record of consumer) {
        const stamp = stampOf(record.value);
        sink.arrived(record.value?.length ?? 0, stamp === undefined ? undefined : machineNowUs() - stamp);
      }
    },
  };
}

async function endOf(mesh: FlowMesh, stream: string): Promise<{ readonly offsets: Record<number, number> }> {
  const ends = await mesh.streams.offsets({ stream, at: 'latest' });
  return { offsets: Object.fromEntries(ends.map(({ partition, offset }) => [partition, offset ?? 0])) };
}

async function readAgain(
  mesh: FlowMesh,
  stream: string,
  partitions: readonly number[],
  sink: FlowSink,
  signal: AbortSignal,
): Promise<void> {
  for (let any = true; any && !signal.aborted; ) {
    any = false;
    for await (const record of mesh.consume({ stream, partitions, from: 'earliest', to: 'latest', signal })) {
      any = true;
      sink.arrived(record.value?.length ?? 0, undefined);
    }
  }
}
