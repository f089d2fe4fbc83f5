/**
 * Whether the node finds itself at its own advertised addresses: the peer address must answer with this very directory, the others must
 * take connections. A wrong advertised address is the commonest reason for a cluster that does not come together, and clients that hang.
 */
import { connect } from 'node:net';
import { type Clock, FlowError, isFlowError, type Scheduler } from '@flowmesh/base';
import type { ClusterLog } from '../cluster-log.ts';
import { splitAddress } from './address-source.ts';
import type { Advertised } from './advertised.ts';
import type { Identity } from './identify.ts';

const PEER = 'listeners.peer';

export interface AdvertiseCheckOptions {
  readonly mode: 'error' | 'warn' | 'off';
  readonly uuid: string;
  readonly identify: (address: string) => Promise<Identity>;
  /** Rejects where nothing takes the connection in time. */
  readonly reach: (address: string) => Promise<void>;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly log: ClusterLog;
  /** A name may need a moment to be known; between attempts there is `retryMs`. */
  readonly patienceMs: number;
  readonly retryMs: number;
  /** Whatever the time: a process that stood still for longer than its patience has not looked. */
  readonly attemptsMin: number;
  readonly signal: AbortSignal;
}

/** `path`: where the listener stands in the configuration. CONFIG_INVALID where the mode is `error` and another than this node, or nobody, answers at `advertised`. */
export async function checkAdvertised(
  path: string,
  advertised: Advertised,
  options: AdvertiseCheckOptions,
): Promise<void> {
  const { mode, clock, scheduler, log, signal } = options;
  if (mode === 'off') return;
  const untilMs = clock.monotonicMs() + options.patienceMs;
  for (let attempt = 1; ; attempt++) {
    const trouble = await tryOnce(path, advertised.address, options);
    if (trouble === undefined || signal.aborted) return;
    if (attempt >= options.attemptsMin && clock.monotonicMs() >= untilMs) {
      const failure = failureOf(path, advertised, trouble);
      if (mode === 'error') throw failure;
      log.warn(
        { err: failure, hint: failure.hint },
        'this node does not find itself at its advertised address',
      );
      return;
    }
    await new Promise<void>((resolve) => void scheduler.after(options.retryMs, resolve));
  }
}

async function tryOnce(
  path: string,
  address: string,
  { uuid, identify, reach }: AdvertiseCheckOptions,
): Promise<string | undefined> {
  try {
    if (path !== PEER) {
      await reach(address);
      return undefined;
    }
    const identity = await identify(address);
    if (identity.uuid === uuid) return undefined;
    return `another node answers there (directory ${identity.uuid} of cluster ${identity.clusterId})`;
  } catch (error) {
    if (isFlowError(error)) return `${error.code}: ${error.message}`;
    return error instanceof Error ? error.message : String(error);
  }
}

function failureOf(path: string, { address, from }: Advertised, trouble: string): FlowError {
  return new FlowError(
    'CONFIG_INVALID',
    `this node advertises ${address} for ${path} (from ${from}), but does not find itself there: ${trouble}`,
    {
      hint:
        `Set what others reach it by: --advertise HOST, FLOWMESH_NODE__ADVERTISE, node.advertise, or ${path}.advertised for this ` +
        'listener alone. A Kubernetes headless service needs publishNotReadyAddresses: true. Where a node cannot reach itself through its ' +
        'outer address, set node.advertiseCheck: warn.',
      details: { path: `${path}.advertised`, address, from },
    },
  );
}

/** Connects and hangs up. */
export function reachTcp(address: string, timeoutMs: number): Promise<void> {
  const { host, port } = splitAddress(address);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () =>
      socket.destroy(new Error(`no connection to ${address} within ${timeoutMs} ms`)),
    );
    socket.once('error', reject);
  });
}
