/**
 * The peer listener of a directory that belongs to no cluster yet: it answers Join and refuses everything else. It is closed
 * before the transport takes over its port.
 */
import { FlowError } from '@flowmesh/base';
import { type PeerHandlers, PeerService } from '@flowmesh/proto';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { statusOf } from '../transport/handshake.ts';
import { answerToWire, askFromWire, type JoinAnswer, type JoinAsk } from './join-wire.ts';

export interface FormationListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly clusterId: string;
  readonly answer: (ask: JoinAsk) => JoinAnswer;
}

function notYet(): FlowError {
  return new FlowError('UNAVAILABLE', 'this node belongs to no cluster yet', {
    hint: 'It is waiting for the other initial members, or to be admitted.',
  });
}

export class FormationListener {
  private readonly options: FormationListenerOptions;
  private readonly server = new Server();

  constructor(options: FormationListenerOptions) {
    this.options = options;
    const handlers: PeerHandlers = {
      join: (call, callback) => {
        try {
          const ask = askFromWire(call.request);
          if (ask.clusterId !== options.clusterId) {
            throw new FlowError('WRONG_CLUSTER', `this node is to belong to cluster ${options.clusterId}`, {
              hint: 'Correct cluster.id, cluster.seeds or cluster.initialMembers.',
            });
          }
          callback(null, answerToWire(options.answer(ask), options.clusterId));
        } catch (error) {
          callback(statusOf(error));
        }
      },
      forward: (_call, callback) => callback(statusOf(notYet())),
      receive: (call) => void call.destroy(Object.assign(new Error('no cluster yet'), statusOf(notYet()))),
      pullSnapshot: (call) =>
        void call.destroy(Object.assign(new Error('no cluster yet'), statusOf(notYet()))),
    };
    this.server.addService(PeerService, handlers);
  }

  /** UNAVAILABLE where the address is taken. */
  async listen(): Promise<number> {
    const address = `${this.options.host}:${this.options.port}`;
    return await new Promise<number>((resolve, reject) => {
      this.server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) return resolve(port);
        reject(
          new FlowError('UNAVAILABLE', `cannot listen for peers on ${address}`, {
            hint: 'Another process may use the port: change listeners.peer.port.',
            cause: error,
          }),
        );
      });
    });
  }

  /** Resolves when the port is free. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.tryShutdown(() => resolve());
      setImmediate(() => this.server.forceShutdown());
    });
  }
}
