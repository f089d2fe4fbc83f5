/** A client process that puts jobs into a queue, or works on them: a handler that returns at once, so that each is acknowledged. */
import type { FlowMesh } from '@flowmesh/client';
import type { BenchClient, FlowSink } from '../clients/client-protocol.ts';
import { machineNowUs } from '../clients/machine-clock.ts';
import { PayloadSource, stampOf } from '../measure/payload-source.ts';
import { connectMesh, type MeshOptions } from './stream-driver.ts';

export type QueueClientOptions = MeshOptions & { readonly queue: string } & (
    | { readonly does: 'enqueue'; readonly payloadBytes: number }
    | { readonly does: 'work'; readonly concurrency: number }
    /** The same, counted and timed when a job is delivered, not when it is acknowledged. */
    | { readonly does: 'receive'; readonly concurrency: number }
  );

const DRAIN_MS = 2_000;

export async function openClient(options: QueueClientOptions): Promise<BenchClient> {
  const mesh = await connectMesh(options);
  const { queue } = options;
  const close = (): Promise<void> => mesh.close();
  if (options.does === 'enqueue') {
    const { payloadBytes } = options;
    const payloads = new PayloadSource(payloadBytes);
    return {
      kind: 'operations',
      close,
      operate: async (sequence, intendedUs) => {
        await mesh.queues.enqueue(queue, { payload: payloads.next(intendedUs, sequence) });
        return payloadBytes;
      },
    };
  }
  return { ...(await workClient(mesh, queue, options)), close };
}

/** Ready once it has asked for jobs; it holds the first ones until it is told to go. */
async function workClient(
  mesh: FlowMesh,
  queue: string,
  { does, concurrency }: Extract<QueueClientOptions, { does: 'work' | 'receive' }>,
): Promise<Pick<Extract<BenchClient, { kind: 'flow' }>, 'kind' | 'run'>> {
  const connected = Promise.withResolvers<void>();
  const going = Promise.withResolvers<FlowSink>();
  let to: FlowSink | undefined;
  const worker = mesh.worker(
    queue,
    async (job) => {
      const sink = to ?? (await going.promise);
      if (does === 'work') return;
      const stamp = stampOf(job.payload);
      sink.arrived(job.payload.length, stamp === undefined ? undefined : machineNowUs() - stamp);
    },
    {
      concurrency,
      drainMs: DRAIN_MS,
      onEvent: (event) => {
        if (event.kind === 'connected') connected.resolve();
        if (event.kind === 'completed' && does === 'work') to?.arrived(0, undefined);
        if (event.kind === 'lease-lost' || event.kind === 'unsettled')
          to?.failed(event.error.code, event.error.message);
      },
    },
  );
  await connected.promise;
  return {
    kind: 'flow',
    run: async (sink, signal) => {
      to = sink;
      going.resolve(sink);
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      await worker.close();
    },
  };
}
