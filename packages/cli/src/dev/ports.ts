/** Whether the ports of a plan are free, asked before anything is started. */
import net from 'node:net';
import { FlowError } from '@flowmesh/client';
import { type EndpointsFile, readEndpoints } from '../connection/endpoints.ts';
import { endpointsFile } from './files.ts';
import type { DevPlan } from './plan.ts';

/** UNAVAILABLE with every port that is taken, and with the processes of an earlier start where they are still there. */
export async function checkPorts(plan: DevPlan): Promise<void> {
  const addresses = plan.nodes.flatMap((node) => [node.grpc, node.kafka, node.http, node.peer]);
  const taken: string[] = [];
  for (const address of addresses) if (!(await isFree(address))) taken.push(address);
  if (taken.length === 0) return;
  throw new FlowError('UNAVAILABLE', `in use already: ${taken.join(', ')}`, {
    hint:
      whoHoldsThem(plan.dataDir) ??
      'Another program listens there. Choose other ports: flowmesh dev --port-base 51000',
    details: { ports: taken.join(',') },
  });
}

/** What to do where it is an earlier start of the same directory that still runs. */
function whoHoldsThem(dataDir: string): string | undefined {
  let earlier: EndpointsFile | undefined;
  try {
    earlier = readEndpoints(endpointsFile(dataDir));
  } catch {
    // A damaged file of an earlier start is replaced by this one.
  }
  if (earlier === undefined) return undefined;
  if (isAlive(earlier.supervisorPid)) {
    return `The cluster of this directory runs already: use it, or stop it: kill ${earlier.supervisorPid}`;
  }
  const left = earlier.nodes.map((node) => node.pid).filter(isAlive);
  return left.length === 0
    ? undefined
    : `Nodes of an earlier start still run. Stop them: kill ${left.join(' ')}`;
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
