/**
 * Who a data directory is: `identity.json`, one line of JSON under a checksum, replaced as a whole. The UUID is made once, with the
 * directory; cluster and node id come when the node has joined and then never change.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { crc32c, FlowError, isFlowError, type NodeId, nodeId, utf8Decode, utf8Encode } from '@flowmesh/base';
import { replaceFile } from './durable-file.ts';
import { DISK_HINT } from '../disk-hint.ts';

export const FORMAT_VERSION = 1;

export interface NodeIdentity {
  readonly uuid: string;
  readonly formatVersion: number;
  readonly clusterId: string | undefined;
  readonly nodeId: NodeId | undefined;
}

interface IdentityFile {
  readonly checksum: string;
  readonly identity: unknown;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function freshIdentity(): NodeIdentity {
  return { uuid: randomUUID(), formatVersion: FORMAT_VERSION, clusterId: undefined, nodeId: undefined };
}

function checksumOf(text: string): string {
  return crc32c(utf8Encode(text)).toString(16).padStart(8, '0');
}

/** Rejects with DISK_FULL and STORAGE_IO; what was there stays then. */
export async function writeIdentity(path: string, identity: NodeIdentity): Promise<void> {
  const text = JSON.stringify(identity);
  const file = `{"checksum":"${checksumOf(text)}","identity":${text}}\n`;
  await replaceFile(path, utf8Encode(file));
}

/** undefined where there is no file. Throws CORRUPTION for a damaged one, UNSUPPORTED for one of a later format. */
export async function readIdentity(path: string): Promise<NodeIdentity | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new FlowError('STORAGE_IO', 'identity.json cannot be read', { cause: error, hint: DISK_HINT });
  }
  try {
    return parse(utf8Decode(bytes));
  } catch (error) {
    if (isFlowError(error)) throw error;
    throw damaged(error);
  }
}

function parse(text: string): NodeIdentity {
  const { checksum, identity } = JSON.parse(text) as IdentityFile;
  // Parsed and printed again, the identity must be the very text that was summed.
  const file = `{"checksum":"${checksum}","identity":${JSON.stringify(identity)}}\n`;
  if (file !== text || checksum !== checksumOf(JSON.stringify(identity))) throw damaged(undefined);
  const { uuid, formatVersion, clusterId, nodeId: node } = identity as Record<string, unknown>;
  if (typeof formatVersion !== 'number' || typeof uuid !== 'string' || !UUID.test(uuid))
    throw damaged(undefined);
  if (formatVersion > FORMAT_VERSION) {
    throw new FlowError(
      'UNSUPPORTED',
      `the data directory has format ${formatVersion}, this version knows ${FORMAT_VERSION}`,
      {
        hint: 'Start the version that wrote it, or a newer one.',
      },
    );
  }
  return {
    uuid,
    formatVersion,
    clusterId: typeof clusterId === 'string' ? clusterId : undefined,
    nodeId: typeof node === 'number' ? nodeId(node) : undefined,
  };
}

function damaged(cause: unknown): FlowError {
  return new FlowError('CORRUPTION', 'identity.json is damaged', {
    hint: 'Set the directory aside and let the node join anew.',
    cause,
  });
}
