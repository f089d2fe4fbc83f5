/**
 * Reports trouble with peers when it changes, not each time it repeats: a node that is refused or unreachable tries again
 * many times a minute.
 */
import type { FlowError } from '@flowmesh/base';
import type { ConnectionClass } from './inbound-link.ts';

/** Constant message plus fields. */
export interface TransportLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Callers may claim any node id: what is remembered of them is bounded. */
const REMEMBERED_MAX = 1024;

export interface Trouble {
  readonly direction: 'incoming' | 'outgoing';
  readonly node: number;
  readonly class: ConnectionClass;
}

export class RefusalLog {
  private readonly log: TransportLog;
  private readonly last = new Map<string, string>();

  constructor(log: TransportLog) {
    this.log = log;
  }

  report(trouble: Trouble, error: FlowError, level: 'info' | 'warn'): void {
    const key = `${trouble.direction}/${trouble.node}/${trouble.class}`;
    if (this.last.get(key) === error.code) return;
    if (this.last.size >= REMEMBERED_MAX) this.last.clear();
    this.last.set(key, error.code);
    const fields = { ...trouble, code: error.code, cause: error.message, hint: error.hint };
    if (level === 'warn') this.log.warn(fields, 'peer connection refused');
    else this.log.info(fields, 'peer connection not possible, trying again');
  }

  /** The trouble is over: should it come back, it is reported again. */
  clear(trouble: Trouble): void {
    this.last.delete(`${trouble.direction}/${trouble.node}/${trouble.class}`);
  }
}
