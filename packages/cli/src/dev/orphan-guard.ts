/**
 * Loaded into a development node before its program. File descriptor 3 is a pipe to the supervisor: when that ends, however it
 * ends, the pipe closes and the node stops itself gracefully instead of staying behind.
 */
import { Socket } from 'node:net';
import process from 'node:process';

const lifeline = new Socket({ fd: 3, readable: true, writable: false });
lifeline.on('error', () => undefined);
lifeline.on('close', () => process.kill(process.pid, 'SIGTERM'));
lifeline.resume();
lifeline.unref();
