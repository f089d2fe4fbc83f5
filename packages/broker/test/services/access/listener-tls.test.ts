import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import type { FlowError } from '@flowmesh/base';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ListenerTls } from '../../../src/services/access/listener-tls.ts';
import { eventually } from '../eventually.ts';

/** A listener whose files change under it. */
class Listener {
  readonly faults: FlowError[] = [];
  reloads = 0;
  private readonly folder: string;
  private port = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async start(): Promise<Listener> {
    const listener = new Listener(mkdtempSync(path.join(os.tmpdir(), 'flowmesh-reload-')));
    onTestFinished(() => rmSync(listener.folder, { recursive: true, force: true }));
    for (const name of ['first', 'second']) listener.issue(name);
    listener.use('first');
    const tls = new ListenerTls({
      config: { cert: listener.file('tls.pem'), key: listener.file('tls.key'), clientCertificate: 'none' },
      path: 'listeners.kafka',
      onReload: () => listener.reloads++,
      onFault: (error) => listener.faults.push(error),
    });
    const server = tls.server({}, (socket) => socket.on('data', (text) => socket.write(text)));
    onTestFinished(() => {
      tls.close();
      server.close();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    listener.port = (server.address() as AddressInfo).port;
    return listener;
  }

  private file(name: string): string {
    return path.join(this.folder, name);
  }

  private issue(name: string): void {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const files = ['-keyout', this.file(`${name}.key`), '-out', this.file(`${name}.pem`)];
    const args = ['req', '-x509', ...key, '-subj', `/CN=${name}`, ...files];
    execFileSync('openssl', args, { stdio: 'ignore' });
  }

  /** Key first: what does not fit together for a moment is told, and read again. */
  use(name: string): void {
    copyFileSync(this.file(`${name}.key`), this.file('tls.key'));
    copyFileSync(this.file(`${name}.pem`), this.file('tls.pem'));
  }

  spoil(): void {
    writeFileSync(this.file('tls.pem'), 'no certificate');
  }

  async client(): Promise<TLSSocket> {
    const ca = ['first', 'second'].map((name) => readFileSync(this.file(`${name}.pem`)));
    const socket = connect({ port: this.port, host: '127.0.0.1', ca, checkServerIdentity: () => undefined });
    onTestFinished(() => void socket.destroy());
    await once(socket, 'secureConnect');
    return socket;
  }

  async shown(): Promise<string> {
    const socket = await this.client();
    const { CN } = socket.getPeerCertificate().subject;
    socket.destroy();
    return String(CN);
  }
}

describe.skipIf(spawnSync('openssl', ['version']).status !== 0)('TLS of a listener', () => {
  it('shows a changed certificate to connections that begin then, and leaves the others alone', async () => {
    const listener = await Listener.start();
    const early = await listener.client();
    expect(await listener.shown()).toBe('first');
    listener.use('second');
    await eventually(async () => expect(await listener.shown()).toBe('second'));
    early.write('still here');
    const [answer] = (await once(early, 'data')) as [Buffer];
    expect(answer.toString()).toBe('still here');
    expect(listener.reloads).toBeGreaterThan(0);
  });

  it('keeps the former certificate where the new files are none, and says so', async () => {
    const listener = await Listener.start();
    listener.spoil();
    await eventually(() => expect(listener.faults).not.toEqual([]));
    expect(listener.faults[0]).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(await listener.shown()).toBe('first');
  });
});
