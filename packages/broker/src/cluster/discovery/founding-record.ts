/** What a new directory durably knows of a founding by number: see `founding.ts`. Of no meaning once the directory has its place. */
import { FlowError, NODE_ID_MAX, nodeId, utf8Decode, utf8Encode } from '@flowmesh/base';
import { z } from 'zod';
import type { KnownPeer } from '../known-peer.ts';
import type { RecordStore } from '../membership-record.ts';

export interface FoundingRecord {
  /** The last attempt of this directory to make the list; none before it ever counts again. */
  readonly attempt: number;
  /** To whom it is promised. */
  readonly grant?: { readonly uuid: string; readonly address: string; readonly attempt: number };
  /** The list that it made. */
  readonly founders?: readonly KnownPeer[];
}

const KEY = 'cluster.founding';

export const EMPTY_FOUNDING: FoundingRecord = { attempt: 0 };

const counter = z.number().int().min(0);
const text = z.string().min(1);
const founder = z.object({
  node: z.number().int().min(1).max(NODE_ID_MAX).transform(nodeId),
  uuid: text,
  address: text,
  services: z.object({ grpc: text, http: z.string() }),
});
const schema = z.object({
  attempt: counter,
  grant: z.object({ uuid: text, address: text, attempt: counter }).exactOptional(),
  founders: z.array(founder).exactOptional(),
});

/** CORRUPTION where the record makes no sense. */
export async function readFounding(store: RecordStore): Promise<FoundingRecord> {
  const bytes = await store.getMeta(KEY);
  if (bytes === undefined) return EMPTY_FOUNDING;
  try {
    return schema.parse(JSON.parse(utf8Decode(bytes)));
  } catch (cause) {
    throw new FlowError('CORRUPTION', 'the record of the founding of the cluster is damaged', {
      hint: 'The directory is set aside; a new one takes its place.',
      cause,
    });
  }
}

export async function writeFounding(store: RecordStore, record: FoundingRecord): Promise<void> {
  await store.putMeta(KEY, utf8Encode(JSON.stringify(record)));
}
