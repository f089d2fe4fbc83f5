/**
 * TLS of a listener. Certificate, key and authorities are read from their files, and again when one of these changes: connections that begin then get
 * the new ones. What cannot be read or does not fit together is told, and the former ones stay.
 */
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { ServerOpts, Socket } from 'node:net';
import { createSecureContext, createServer, type Server, type TLSSocket } from 'node:tls';
import { FlowError } from '@flowmesh/base';
import type { TlsConfig } from '../../config/tls.ts';

export interface ListenerTlsOptions {
  readonly config: TlsConfig;
  /** Where it stands in the configuration. */
  readonly path: string;
  readonly onReload: (path: string) => void;
  readonly onFault: (error: FlowError) => void;
}

interface Material {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca?: Buffer;
}

export const TLS_WATCH_INTERVAL_MS = 2_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;

export class ListenerTls {
  private readonly options: ListenerTlsOptions;
  private readonly changed = (): void => this.reload();
  private served: Server | undefined;

  constructor(options: ListenerTlsOptions) {
    this.options = options;
  }

  /** CONFIG_INVALID where the files are not what they should be. */
  server(options: ServerOpts, onSocket: (socket: Socket) => void): Server {
    const { clientCertificate } = this.options.config;
    const server = createServer(
      {
        ...options,
        ...readMaterial(this.options),
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
        requestCert: clientCertificate !== 'none',
        rejectUnauthorized: clientCertificate === 'required',
        minVersion: 'TLSv1.2',
      },
      onSocket,
    );
    // Whoever does not get through the handshake is gone; scanners do it all day.
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    this.served = server;
    for (const file of this.files())
      watchFile(file, { interval: TLS_WATCH_INTERVAL_MS, persistent: false }, this.changed);
    return server;
  }

  close(): void {
    for (const file of this.files()) unwatchFile(file, this.changed);
  }

  private files(): readonly string[] {
    const { cert, key, ca } = this.options.config;
    return [cert, key, ...(ca === undefined ? [] : [ca])];
  }

  private reload(): void {
    try {
      this.served?.setSecureContext(readMaterial(this.options));
      this.options.onReload(this.options.path);
    } catch (error) {
      this.options.onFault(error instanceof FlowError ? error : notReadable(this.options.path, error));
    }
  }
}

/** Read and tried, so that a node says at its start what is wrong with them. */
export function readMaterial({ config, path }: Pick<ListenerTlsOptions, 'config' | 'path'>): Material {
  try {
    const { cert, key, ca } = config;
    const material = {
      cert: readFileSync(cert),
      key: readFileSync(key),
      ...(ca === undefined ? {} : { ca: readFileSync(ca) }),
    };
    createSecureContext(material);
    return material;
  } catch (error) {
    throw notReadable(path, error);
  }
}

/** The common name of a client certificate that was found good; undefined where there is none. */
export function certifiedName(socket: TLSSocket): string | undefined {
  const name: unknown = socket.authorized ? socket.getPeerCertificate().subject?.CN : undefined;
  return typeof name === 'string' ? name : undefined;
}

function notReadable(path: string, cause: unknown): FlowError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new FlowError('CONFIG_INVALID', `${path}.tls: ${why}`, {
    hint: `${path}.tls.cert and .key are PEM files that belong together and that this process may read.`,
    details: { path: `${path}.tls` },
    cause,
  });
}
