import { once } from 'node:events';
import { connect } from 'node:http2';
import { expect, onTestFinished, test } from 'vitest';
import { DEFAULT_GRPC_OPTIONS } from '../../../src/gateways/grpc/grpc-gateway.ts';
import { eventually } from '../../services/eventually.ts';
import { startWorld } from './gateway-world.ts';

const windows = { connectionBytes: 3 << 20, callBytes: 2 << 20 };

async function session(port: number) {
  const client = connect(`http://127.0.0.1:${port}`);
  onTestFinished(() => client.destroy());
  await once(client, 'remoteSettings');
  return client;
}

/** Opens a call, and waits for the windows of it and of its connection. */
async function windowsOf(port: number, { connectionBytes, callBytes }: typeof windows): Promise<void> {
  const client = await session(port);
  const call = client.request({ ':method': 'POST', ':path': '/flowmesh.v1.Cluster/Status' });
  call.on('error', () => undefined);
  await eventually(() => {
    expect(client.remoteSettings.initialWindowSize).toBe(callBytes);
    expect(client.state.remoteWindowSize).toBe(connectionBytes);
  });
}

test('a client may send more than HTTP/2 allows by itself once it has opened a call', async () => {
  const world = await startWorld({ receiveWindows: windows });
  await windowsOf(world.port, windows);
});

test('each listener of a process has windows of its own', async () => {
  const [one, other] = [await startWorld({ receiveWindows: windows }), await startWorld()];
  await windowsOf(other.port, DEFAULT_GRPC_OPTIONS.receiveWindows);
  await windowsOf(one.port, windows);
});
