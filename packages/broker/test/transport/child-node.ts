/** A node in a process of its own, to be killed. Argument: the endpoint of its only peer. Says its own on stdout. */
import { TestNode } from './kit.ts';
import type { PeerEndpoint } from '../../src/transport/transport.ts';

const peer = JSON.parse(process.argv[2] ?? '') as PeerEndpoint;
const node = await TestNode.start(2);
node.transport.setPeers([peer]);
process.stdout.write(`${JSON.stringify(node.endpoint)}\n`);
