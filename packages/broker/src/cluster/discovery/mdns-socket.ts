/** The multicast-dns package behind a small port: loaded only where mDNS is on, and with types of its own, since the package has none. */
import { createRequire } from 'node:module';
import type { MdnsQuestion, MdnsRecord } from './mdns-records.ts';

export interface MdnsPacket {
  readonly questions: readonly MdnsQuestion[];
  readonly answers: readonly MdnsRecord[];
  readonly additionals: readonly MdnsRecord[];
}

export interface MdnsHandler {
  onQuery(packet: MdnsPacket): void;
  onResponse(packet: MdnsPacket): void;
  /** A packet that could not be read or sent, a socket that failed. */
  onTrouble(error: Error): void;
}

export interface MdnsSocket {
  query(questions: readonly MdnsQuestion[]): void;
  respond(records: readonly MdnsRecord[]): Promise<void>;
  close(): Promise<void>;
}

export type OpenMdns = (interfaceAddress: string, handler: MdnsHandler) => MdnsSocket;

type Done = (error?: Error | null) => void;

/** The part of the package that is used. */
interface Multicast {
  on(event: 'query' | 'response', listener: (packet: MdnsPacket) => void): void;
  on(event: 'error' | 'warning', listener: (error: Error) => void): void;
  query(query: { readonly questions: readonly MdnsQuestion[] }, done: Done): void;
  respond(response: { readonly answers: readonly MdnsRecord[] }, done: Done): void;
  destroy(done: () => void): void;
}

type MulticastDns = (options: {
  readonly interface: string;
  readonly bind: string;
  readonly reuseAddr: boolean;
}) => Multicast;

export const openMdns: OpenMdns = (interfaceAddress, handler) => {
  const require = createRequire(import.meta.url);
  const multicastDns = require('multicast-dns') as MulticastDns;
  // Bound to every address: a socket bound to one address receives no multicast on Linux.
  const socket = multicastDns({ interface: interfaceAddress, bind: '0.0.0.0', reuseAddr: true });
  socket.on('query', (packet) => handler.onQuery(packet));
  socket.on('response', (packet) => handler.onResponse(packet));
  socket.on('error', (error) => handler.onTrouble(error));
  socket.on('warning', (error) => handler.onTrouble(error));
  const trouble: Done = (error) => {
    if (error !== undefined && error !== null) handler.onTrouble(error);
  };
  return {
    query: (questions) => socket.query({ questions }, trouble),
    respond: (answers) =>
      new Promise<void>((resolve) => {
        socket.respond({ answers }, (error) => {
          trouble(error);
          resolve();
        });
      }),
    close: () => new Promise<void>((resolve) => socket.destroy(resolve)),
  };
};
