/**
 * Calls between processes that want an answer: snapshot chunks, forwarded metadata commands, asks to join. A request runs in the
 * server's process, its answer in the caller's; where none can come, the call fails after a while.
 */
import { FlowError, type Random } from '@flowmesh/base';
import type { EventOwner, VirtualTime } from '../time/virtual-time.ts';
import type { Place, SimNetwork } from './sim-network.ts';

/** How often a call looks whether its server is still there. */
const WATCH_MS = 250;

/** One end of a call. */
export interface CallEnd {
  readonly place: Place;
  readonly owner: EventOwner;
}

export class SimCalls {
  private readonly time: VirtualTime;
  private readonly random: Random;
  private readonly network: SimNetwork;
  private readonly client: CallEnd;

  constructor(parts: {
    readonly time: VirtualTime;
    readonly random: Random;
    readonly network: SimNetwork;
    readonly client: CallEnd;
  }) {
    this.time = parts.time;
    this.random = parts.random;
    this.network = parts.network;
    this.client = parts.client;
  }

  /** Runs `request` in the server's process and brings back its answer. Aborting `signal` ends the wait, not the request. */
  call<T>(server: CallEnd, signal: AbortSignal, request: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let settled = false;
      const settle = (task: () => void): void => {
        if (settled) return;
        settled = true;
        task();
      };
      const answer = (task: () => void): void => {
        this.time.after(this.delay(), this.client.owner, 'bulk-answer', () => {
          settle(this.separated(server) ? () => reject(gone()) : task);
        });
      };
      const watch = (): void => {
        this.time.after(WATCH_MS, this.client.owner, 'bulk-watch', () => {
          if (settled) return;
          if (signal.aborted) settle(() => reject(new FlowError('CANCELLED', 'the call was given up')));
          else if (!server.owner.alive || this.separated(server)) settle(() => reject(gone()));
          else watch();
        });
      };
      watch();
      this.time.after(this.delay(), server.owner, 'bulk-call', () => {
        request().then(
          (value) => answer(() => resolve(value)),
          (error: unknown) => answer(() => reject(error)),
        );
      });
    });
  }

  separated(server: CallEnd): boolean {
    const { place } = this.client;
    return this.network.isCut(place, server.place) || this.network.isCut(server.place, place);
  }

  private delay(): number {
    return 0.2 + this.random.unit() * 2;
  }
}

/** For whoever waits for a process that has ended. */
export function gone(): FlowError {
  return new FlowError('UNAVAILABLE', 'the peer is not there any more');
}
