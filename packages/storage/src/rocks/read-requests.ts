/**
 * Reads on their way to the reader worker. Gets of one turn and family share a message. While the database is being opened anew, gets wait and
 * are asked again; cursors lose their view and fail with UNAVAILABLE.
 */
import { FlowError } from '@flowmesh/base';
import type { Family, KeyRange } from '../kv-engine.ts';
import type { FromReader, ToReader } from './messages.ts';
import { decodeRows, type Row } from './op-codec.ts';
import { flowErrorOf } from './rocks-errors.ts';

interface Get {
  readonly key: Uint8Array;
  readonly resolve: (value: Uint8Array | undefined) => void;
  readonly reject: (error: FlowError) => void;
}

type Request =
  | { readonly kind: 'get'; readonly family: Family; readonly gets: readonly Get[] }
  | {
      readonly kind: 'next';
      readonly resolve: (rows: Row[]) => void;
      readonly reject: (error: FlowError) => void;
    };

export class ReadRequests {
  private readonly send: (message: ToReader) => void;
  private readonly requests = new Map<number, Request>();
  private readonly gathering = new Map<Family, Get[]>();
  private readonly openCursors = new Set<number>();
  private nextId = 1;
  private suspended = false;

  constructor(send: (message: ToReader) => void) {
    this.send = send;
  }

  get(family: Family, key: Uint8Array): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      const get = { key, resolve, reject };
      const gathered = this.gathering.get(family);
      if (gathered !== undefined) {
        gathered.push(get);
        return;
      }
      this.gathering.set(family, [get]);
      queueMicrotask(() => this.sendGets(family));
    });
  }

  private sendGets(family: Family): void {
    const gets = this.gathering.get(family);
    this.gathering.delete(family);
    if (gets === undefined) return;
    const id = this.nextId++;
    this.requests.set(id, { kind: 'get', family, gets });
    if (!this.suspended) this.ask(id, family, gets);
  }

  private ask(id: number, family: Family, gets: readonly Get[]): void {
    this.send({ kind: 'get', id, family, keys: gets.map(({ key }) => key) });
  }

  open(family: Family, range: KeyRange): number {
    const cursor = this.nextId++;
    if (this.suspended) return cursor;
    this.openCursors.add(cursor);
    const { from, to } = range;
    this.send({ kind: 'open', cursor, family, from, to, reverse: range.reverse === true });
    return cursor;
  }

  next(cursor: number, limit: number): Promise<Row[]> {
    if (!this.openCursors.has(cursor)) {
      return Promise.reject(
        new FlowError('UNAVAILABLE', 'the view of the storage was lost', { hint: 'Read again.' }),
      );
    }
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      this.requests.set(id, { kind: 'next', resolve, reject });
      this.send({ kind: 'next', id, cursor, limit });
    });
  }

  close(cursor: number): void {
    if (this.openCursors.delete(cursor)) this.send({ kind: 'end', cursor });
  }

  answer(message: FromReader): void {
    if (message.kind === 'ready') return;
    const request = this.requests.get(message.id);
    if (request === undefined) return;
    this.requests.delete(message.id);
    if (message.kind === 'failed') {
      this.reject(request, flowErrorOf(message.fault, message.message));
      return;
    }
    const rows = decodeRows(message.rows);
    if (request.kind === 'next') request.resolve(rows);
    else for (const [i, get] of request.gets.entries()) get.resolve(rows[i]?.[1]);
  }

  private reject(request: Request, error: FlowError): void {
    if (request.kind === 'next') request.reject(error);
    else for (const get of request.gets) get.reject(error);
  }

  /** The database is about to close: cursors end, gets wait. */
  suspend(): void {
    this.suspended = true;
    const lost = new FlowError('UNAVAILABLE', 'the view of the storage was lost', { hint: 'Read again.' });
    for (const [id, request] of this.requests) {
      if (request.kind !== 'next') continue;
      this.requests.delete(id);
      request.reject(lost);
    }
    for (const cursor of this.openCursors) this.send({ kind: 'end', cursor });
    this.openCursors.clear();
  }

  resume(): void {
    this.suspended = false;
    for (const [id, request] of this.requests) {
      if (request.kind === 'get') this.ask(id, request.family, request.gets);
    }
  }

  failAll(error: FlowError): void {
    const requests = [...this.requests.values()];
    this.requests.clear();
    for (const request of requests) this.reject(request, error);
    for (const gets of this.gathering.values()) for (const get of gets) get.reject(error);
    this.gathering.clear();
  }
}
