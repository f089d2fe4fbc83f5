/**
 * The HTTP listener for people and orchestrators: /livez, /readyz, /startupz, /metrics. Answers from what is known already, reads no
 * bodies, and goes on answering while the node starts and stops.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FlowError } from '@flowmesh/base';
import type { HealthBook } from './health.ts';

export interface HttpListenerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly health: HealthBook;
  /** The text of /metrics. */
  readonly metrics: () => Promise<string>;
  readonly limits: {
    readonly headerBytesMax: number;
    readonly requestTimeoutMs: number;
    readonly connectionsMax: number;
  };
}

interface Answer {
  readonly status: number;
  readonly type:
    | 'text/plain; charset=utf-8'
    | 'text/plain; version=0.0.4; charset=utf-8'
    | 'application/json';
  readonly body: string;
}

const PATHS = '/livez, /readyz, /readyz?verbose, /startupz, /metrics';

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
        return plain(200, 'ok');
      case '/startupz':
        return health.currentPhase === 'starting' ? plain(503, 'starting') : plain(200, 'ok');
      case '/readyz':
        return this.readiness(new URLSearchParams(query).has('verbose'));
      case '/metrics':
        return {
          status: 200,
          type: 'text/plain; version=0.0.4; charset=utf-8',
          body: await this.options.metrics(),
        };
    }
    return plain(404, `nothing at this path; there are ${PATHS}`);
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
