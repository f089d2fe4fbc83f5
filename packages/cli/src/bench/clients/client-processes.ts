/**
 * Starts client processes, lets all of them begin at the same moment, and adds up what they report. Whatever happens, none of them is left
 * when `runParts` has ended.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { FlowError } from '@flowmesh/base';
import type { ClientReport } from '../measure/recorder.ts';
import type { FromClient, Load, Timing, ToClient } from './client-protocol.ts';
import { machineNowUs } from './machine-clock.ts';

/** Clients that do the same. */
export interface Part {
  readonly name: string;
  /** URL of the driver's module. */
  readonly driver: string;
  readonly optionsOf: (client: number) => unknown;
  readonly clients: number;
  /** Of all clients together; undefined: they only receive. */
  readonly load: PartLoad | undefined;
}

export interface PartLoad {
  /** Of each client. */
  readonly concurrency: number;
  /** A second, of all clients together; undefined: a closed loop. */
  readonly rate: number | undefined;
}

export interface Phase {
  readonly warmupMs: number;
  readonly durationMs: number;
  readonly parts: readonly Part[];
}

export interface PhaseOptions {
  readonly signal: AbortSignal;
  /** How far it is: 0 to 1. */
  readonly onProgress: (share: number) => void;
}

export const CLIENT_MAIN = fileURLToPath(new URL('./client-main.ts', import.meta.url));
/** From `go` until clients begin: longer than the message is on its way. */
const LEAD_US = 200_000;
const READY_MS_MAX = 60_000;
/** How long what was begun may take after the measured time. */
export const DRAIN_MS = 15_000;
/** For what was sent and has not been received. */
const RECEIVE_MS = 2_000;
const CLOSE_MS = 15_000;
const PROGRESS_MS = 250;
const STDERR_CHARS_MAX = 2_000;

/** Reports by the name of their part. Rejects with what a client says, TIMEOUT, CANCELLED. */
export async function runPhase(
  phase: Phase,
  options: PhaseOptions,
): Promise<ReadonlyMap<string, readonly ClientReport[]>> {
  const clients = phase.parts.flatMap((part) =>
    Array.from({ length: part.clients }, (_, at) => new ClientProcess(part, at)),
  );
  const interrupted = rejection(options.signal);
  try {
    await Promise.race([ready(clients), interrupted.promise]);
    const timing = timingOf(phase);
    for (const client of clients) client.go(timing);
    await Promise.race([finished(clients, timing, options), interrupted.promise]);
    return byPart(clients);
  } finally {
    interrupted.forget();
    for (const client of clients) client.kill();
    await Promise.all(clients.map((client) => client.gone));
  }
}

function timingOf({ warmupMs, durationMs }: Phase): Timing {
  const startUs = machineNowUs() + LEAD_US;
  const fromUs = startUs + warmupMs * 1_000;
  return { startUs, fromUs, toUs: fromUs + durationMs * 1_000 };
}

async function ready(clients: readonly ClientProcess[]): Promise<void> {
  await within(Promise.all(clients.map((client) => client.ready)), READY_MS_MAX, 'clients were not ready');
}

async function finished(
  clients: readonly ClientProcess[],
  timing: Timing,
  { onProgress, signal }: PhaseOptions,
): Promise<void> {
  const senders = clients.filter((client) => client.sends);
  const progress = setInterval(() => {
    const now = machineNowUs();
    onProgress(Math.min(1, Math.max(0, (now - timing.startUs) / (timing.toUs - timing.startUs))));
  }, PROGRESS_MS);
  const failures = Promise.all(clients.map((client) => client.failure));
  try {
    const toMs = Math.max(0, (timing.toUs - machineNowUs()) / 1_000);
    const over = (async () => {
      if (senders.length > 0) {
        const limitMs = toMs + DRAIN_MS + CLOSE_MS;
        await within(
          Promise.all(senders.map((client) => client.reported)),
          limitMs,
          'clients did not report',
        );
        if (senders.length < clients.length) await pause(RECEIVE_MS, undefined, { signal });
      } else await pause(toMs, undefined, { signal });
      for (const client of clients) client.finish();
      await within(Promise.all(clients.map((client) => client.reported)), CLOSE_MS, 'clients did not end');
    })();
    await Promise.race([over, failures]);
    over.catch(() => undefined);
  } finally {
    clearInterval(progress);
  }
}

function byPart(clients: readonly ClientProcess[]): ReadonlyMap<string, readonly ClientReport[]> {
  const reports = new Map<string, ClientReport[]>();
  for (const { part, report } of clients) {
    if (report === undefined) throw new FlowError('INTERNAL', `a client of ${part.name} did not report`);
    reports.set(part.name, [...(reports.get(part.name) ?? []), report]);
  }
  return reports;
}

class ClientProcess {
  readonly part: Part;
  readonly ready: Promise<void>;
  readonly reported: Promise<void>;
  /** Rejects when the client fails; never resolves before `gone`. */
  readonly failure: Promise<void>;
  readonly gone: Promise<void>;
  report: ClientReport | undefined;
  private readonly at: number;
  private readonly child: ChildProcess;
  private stderr = '';

  constructor(part: Part, at: number) {
    this.part = part;
    this.at = at;
    this.child = fork(CLIENT_MAIN, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-STDERR_CHARS_MAX);
    });
    const [ready, reported, failure, gone] = [signalled(), signalled(), signalled(), signalled()];
    this.ready = ready.promise;
    this.reported = reported.promise;
    this.failure = failure.promise;
    this.gone = gone.promise;
    const failAll = (error: FlowError): void => {
      for (const one of [ready, reported, failure]) one.reject(error);
    };
    this.child.on('message', (message: FromClient) => {
      switch (message.kind) {
        case 'ready':
          ready.resolve();
          return;
        case 'report':
          this.report = message.report;
          reported.resolve();
          return;
        case 'failed':
          failAll(failureOf(message));
      }
    });
    this.child.once('error', (cause) => failAll(this.ended(cause.message)));
    this.child.once('close', (code, signal) => {
      if (this.report === undefined) failAll(this.ended(`exit ${signal ?? code ?? 'unknown'}`));
      gone.resolve();
    });
    this.say({ kind: 'job', driver: part.driver, options: part.optionsOf(at), load: this.load() });
  }

  get sends(): boolean {
    return this.part.load !== undefined;
  }

  go(timing: Timing): void {
    const { load } = this.part;
    // Operations of several clients are meant to begin one after the other, not all at once.
    const shiftUs = load?.rate === undefined ? 0 : (this.at * 1_000_000) / load.rate;
    this.say({ kind: 'go', timing: { ...timing, startUs: timing.startUs + shiftUs } });
  }

  finish(): void {
    this.say({ kind: 'finish' });
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private load(): Load | null {
    const { load, clients } = this.part;
    if (load === undefined) return null;
    const rate = load.rate === undefined ? null : load.rate / clients;
    return { concurrency: load.concurrency, rate, drainMs: DRAIN_MS };
  }

  private say(message: ToClient): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  private ended(how: string): FlowError {
    const said = this.stderr.trim();
    const message = `a client process of ${this.part.name} ended by itself (${how})`;
    return new FlowError('INTERNAL', message, said === '' ? {} : { hint: said });
  }
}

function failureOf(message: Extract<FromClient, { kind: 'failed' }>): FlowError {
  const { code, message: why, hint } = message;
  return new FlowError(code as FlowError['code'], why, hint === null ? {} : { hint });
}

interface Signalled {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: FlowError): void;
}

/** A promise that may be rejected although nobody waits for it. */
function signalled(): Signalled {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

function rejection(signal: AbortSignal): { readonly promise: Promise<never>; forget(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  const abort = (): void => reject(new FlowError('CANCELLED', 'the benchmark was interrupted'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return { promise, forget: () => signal.removeEventListener('abort', abort) };
}

async function within<T>(work: Promise<T>, limitMs: number, what: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new FlowError('TIMEOUT', `${what} within ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
