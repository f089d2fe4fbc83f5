/**
 * Control records: where a transaction ended in a partition. A control batch holds one, and readers of records never see it.
 * Key: version i16 · type i16 (0 abort, 1 commit). Value: version i16 · coordinator epoch i32. Later versions may append to either.
 */
import { payloadOf, wholeHeader } from './batch-payload.ts';
import { ATTRIBUTE_CONTROL } from './batch-attributes.ts';
import { MessageReader } from './protocol/message-reader.ts';
import { readRecord } from './record.ts';
import { WireReader } from './wire-reader.ts';

const TYPE_ABORT = 0;
const TYPE_COMMIT = 1;
const NO_BYTES = new Uint8Array(0);

export interface EndTxnMarker {
  readonly outcome: 'commit' | 'abort';
  readonly coordinatorEpoch: number;
}

/**
 * The marker in a whole batch; undefined where it is no control batch, or one of another type. CORRUPT_BATCH or INVALID_ARGUMENT where
 * it cannot be read.
 */
export function readEndTxnMarker(batch: Uint8Array): EndTxnMarker | undefined {
  const header = wholeHeader(batch);
  if ((header.attributes & ATTRIBUTE_CONTROL) === 0 || header.recordCount === 0) return undefined;
  const payload = payloadOf(batch, header, {});
  const { key, value } = readRecord(payload, new WireReader(payload));
  return decodeEndTxnMarker(key ?? NO_BYTES, value ?? NO_BYTES);
}

function decodeEndTxnMarker(key: Uint8Array, value: Uint8Array): EndTxnMarker | undefined {
  const keyReader = new MessageReader(key, 'control record key');
  readVersion(keyReader);
  const type = keyReader.i16();
  if (type !== TYPE_ABORT && type !== TYPE_COMMIT) return undefined;
  const valueReader = new MessageReader(value, 'end of transaction marker');
  readVersion(valueReader);
  return { outcome: type === TYPE_COMMIT ? 'commit' : 'abort', coordinatorEpoch: valueReader.i32() };
}

function readVersion(reader: MessageReader): void {
  const version = reader.i16();
  if (version < 0) throw reader.malformed(`version ${version}`);
}
