/**
 * The HTTP listener for people and orchestrators: /livez, /readyz, /startupz, /metrics, /metrics/detailed. Answers from what is known
 * already, reads no bodies, and goes on answering while the node starts and stops.
 *
 * Alive means that the event loop turns in time: /livez measures how late a timer is. Whoever cannot even be asked is not alive
 * either, which the caller's own deadline tells.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FlowError } from '@flowmesh/base';
import type { Clock, Scheduler } from '@flowmesh/base';
import type { HealthBook } from './health.ts';

export interface HttpListenerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly health: HealthBook;
  /** The text of /metrics. */
  readonly metrics: () => Promise<string>;
  /** Values of one stream by partition; undefined for an unknown stream, or before the node knows any. */
  readonly detailed: (stream: string) => string | undefined;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly limits: {
    /** /livez fails where the event loop is later than this. */
    readonly liveLagMaxMs: number;
    readonly headerBytesMax: number;
    readonly requestTimeoutMs: number;
    readonly connectionsMax: number;
  };
}

interface Answer {
  readonly status: number;
  readonly type: 'text/plain; charset=utf-8' | typeof METRICS_TYPE;
  readonly body: string;
}

const PATHS = '/livez, /readyz, /readyz?verbose, /startupz, /metrics, /metrics/detailed?stream=NAME';
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

function plain(status: number, body: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${body}\n` };
}

export class HttpListener {
  private readonly options: HttpListenerOptions;
  private readonly server: Server;

  constructor(options: HttpListenerOptions) {
    this.options = options;
    this.server = createServer(
      {
        maxHeaderSize: options.limits.headerBytesMax,
        requestTimeout: options.limits.requestTimeoutMs,
        headersTimeout: options.limits.requestTimeoutMs,
      },
      (request, response) => void this.handle(request, response),
    );
    this.server.maxConnections = options.limits.connectionsMax;
  }

  /** Resolves with the port. UNAVAILABLE where the address is taken. */
  async listen(): Promise<number> {
    const { host, port } = this.options;
    await new Promise<void>((resolve, reject) => {
      const failed = (cause: Error) =>
        reject(
          new FlowError('UNAVAILABLE', `cannot listen for HTTP on ${host}:${port}`, {
            hint: 'Another process may use the port: change listeners.http.port.',
            cause,
          }),
        );
      this.server.once('error', failed);
      this.server.listen(port, host, () => {
        this.server.off('error', failed);
        resolve();
      });
    });
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    const answer = await this.answer(request).catch(() => plain(500, 'internal error'));
    response.writeHead(answer.status, { 'content-type': answer.type, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'only GET');
    const [path, query = ''] = (request.url ?? '/').split('?', 2) as [string, string?];
    const { health } = this.options;
    switch (path) {
      case '/livez':
        return await this.liveness();
      case '/startupz':
        return health.currentPhase === 'starting' ? plain(503, 'starting') : plain(200, 'ok');
      case '/readyz':
        return this.readiness(new URLSearchParams(query).has('verbose'));
      case '/metrics':
        return { status: 200, type: METRICS_TYPE, body: await this.options.metrics() };
      case '/metrics/detailed':
        return this.detailed(new URLSearchParams(query).get('stream') ?? '');
    }
    return plain(404, `nothing at this path; there are ${PATHS}`);
  }

  private async liveness(): Promise<Answer> {
    const { clock, scheduler, limits } = this.options;
    const startMs = clock.monotonicMs();
    await new Promise<void>((resolve) => void scheduler.after(0, resolve));
    const lagMs = clock.monotonicMs() - startMs;
    const text = `event loop is ${lagMs.toFixed(1)} ms late`;
    return lagMs <= limits.liveLagMaxMs
      ? plain(200, `ok: ${text}`)
      : plain(503, `${text}; more than ${limits.liveLagMaxMs} ms is too much`);
  }

  private detailed(stream: string): Answer {
    if (stream === '') return plain(400, 'name a stream: /metrics/detailed?stream=NAME');
    const body = this.options.detailed(stream);
    return body === undefined
      ? plain(404, 'there is no such stream, or this node does not know the metadata yet')
      : { status: 200, type: METRICS_TYPE, body };
  }

  private readiness(verbose: boolean): Answer {
    const { health } = this.options;
    const ready = health.ready();
    const checks = health.all();
    const status = ready ? 200 : 503;
    if (verbose) {
      return plain(
        status,
        [
          ...checks.map((check) => `[${check.ok ? '+' : '-'}] ${check.name}: ${check.detail}`),
          ready ? 'ready' : 'not ready',
        ].join('\n'),
      );
    }
    if (ready) return plain(status, 'ok');
    const failing = checks.filter((check) => !check.ok);
    return plain(status, failing.map((check) => `${check.name}: ${check.detail}`).join('\n'));
  }
}
