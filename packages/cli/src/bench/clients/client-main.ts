/**
 * The program of a client process: opens its driver, does its load at the time it is told, reports, ends. It ends at once when the coordinator
 * is gone, and leaves interrupts at the terminal to it.
 */
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { FlowError, type Scheduler } from '@flowmesh/base';
import { LoadLoop } from '../measure/load-loop.ts';
import { Recorder } from '../measure/recorder.ts';
import type { BenchClient, FromClient, Load, OpenClient, Timing, ToClient } from './client-protocol.ts';
import { machineNowUs } from './machine-clock.ts';

const scheduler: Scheduler = {
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  endOfTurn: (task) => void setImmediate(task),
};

const finishing = new AbortController();
let client: BenchClient | undefined;
let load: Load | null = null;

process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToClient) => {
  void take(message).catch(fail);
});

async function take(message: ToClient): Promise<void> {
  switch (message.kind) {
    case 'job': {
      const driver = (await import(message.driver)) as { readonly openClient: OpenClient<unknown> };
      client = await driver.openClient(message.options);
      load = message.load;
      tell({ kind: 'ready' });
      return;
    }
    case 'go':
      await work(message.timing);
      return;
    case 'finish':
      finishing.abort();
      return;
  }
}

async function work(timing: Timing): Promise<void> {
  if (client === undefined) throw new FlowError('INTERNAL', 'a client was told to go before it was ready');
  const recorder = new Recorder(timing, load !== null && load.rate === null);
  const cpu = cpuBetween(timing);
  if (client.kind === 'operations') {
    const sender = client;
    const { concurrency, rate, drainMs } = load ?? { concurrency: 1, rate: null, drainMs: 0 };
    const plan = {
      startUs: timing.startUs,
      endUs: timing.toUs,
      concurrency,
      rate: rate ?? undefined,
      drainMs,
    };
    const loop = new LoadLoop(
      plan,
      (sequence, intendedUs) => sender.operate(sequence, intendedUs),
      recorder,
      { nowUs: machineNowUs, scheduler },
    );
    await loop.run(finishing.signal);
  } else {
    const sink = {
      nowUs: machineNowUs,
      arrived: (bytes: number, latencyUs: number | undefined) =>
        recorder.arrived(machineNowUs(), bytes, latencyUs),
      failed: (code: string, message: string) => recorder.failed(machineNowUs(), code, message),
    };
    await pause(Math.max(0, (timing.startUs - machineNowUs()) / 1_000));
    await client.run(sink, finishing.signal);
  }
  const report = recorder.report(cpu());
  await client.close();
  tell({ kind: 'report', report });
}

/** Processor time of this process in the measured time, asked when it is over. */
function cpuBetween(timing: Timing): () => number {
  let atFrom = process.cpuUsage();
  let spent: number | undefined;
  const total = (): number => {
    const { user, system } = process.cpuUsage(atFrom);
    return (user + system) / 1_000;
  };
  const now = machineNowUs();
  setTimeout(() => (atFrom = process.cpuUsage()), Math.max(0, (timing.fromUs - now) / 1_000));
  setTimeout(() => (spent = total()), Math.max(0, (timing.toUs - now) / 1_000)).unref();
  return () => spent ?? total();
}

function tell(message: FromClient): void {
  process.send?.(message);
}

function fail(error: unknown): void {
  const { code, message, hint } =
    error instanceof FlowError
      ? error
      : {
          code: 'INTERNAL',
          message: error instanceof Error ? error.message : String(error),
          hint: undefined,
        };
  tell({ kind: 'failed', code, message, hint: hint ?? null });
}
