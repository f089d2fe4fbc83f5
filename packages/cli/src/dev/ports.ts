/** Whether the ports of a plan are free, asked before anything is started. */
import net from 'node:net';
import { FlowError } from '@flowmesh/client';
import { readEndpoints } from '../connection/endpoints.ts';
import { endpointsFile } from './files.ts';
import type { DevPlan } from './plan.ts';

/** UNAVAILABLE with every port that is taken, and with the processes of an earlier start where they are still there. */
export async function checkPorts(plan: DevPlan): Promise<void> {
  const addresses = plan.nodes.flatMap((node) => [node.grpc, node.http, node.peer]);
  const taken: string[] = [];
  for (const address of addresses) if (!(await isFree(address))) taken.push(address);
  if (taken.length === 0) return;
  const left = livingNodes(plan.dataDir);
  throw new FlowError('UNAVAILABLE', `in use already: ${taken.join(', ')}`, {
    hint:
      left.length === 0
        ? 'Another program listens there. Choose other ports: flowmesh dev --port-base 51000'
        : `Nodes of this data directory still run. Stop them: kill ${left.join(' ')}`,
    details: { ports: taken.join(',') },
  });
}

function livingNodes(dataDir: string): number[] {
  try {
    const pids = readEndpoints(endpointsFile(dataDir))?.nodes.map((node) => node.pid) ?? [];
    return pids.filter(isAlive);
  } catch {
    // A damaged file of an earlier start is replaced by this one.
    return [];
  }
}

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function isFree(address: string): Promise<boolean> {
  const at = address.lastIndexOf(':');
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(
      { host: address.slice(0, at), port: Number(address.slice(at + 1)), exclusive: true },
      () => {
        server.close(() => resolve(true));
      },
    );
  });
}
