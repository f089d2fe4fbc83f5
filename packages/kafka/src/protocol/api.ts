/**
 * One API of the Kafka protocol: its key, its versions, and both messages. The code of a (version, direction) is made when it is first
 * used, and kept.
 */
import { FlowError } from '@flowmesh/base';
import { API_NAMES } from './api-keys.ts';
import type { Read } from './compile-reader.ts';
import { structReader } from './compile-reader.ts';
import { structWriter } from './compile-writer.ts';
import { MessageReader } from './message-reader.ts';
import { MessageWriter } from './message-writer.ts';
import type { Decoded, Encodable, Fields } from './schema.ts';

export interface Versions {
  /** First and last version that is read and written. */
  readonly versions: readonly [first: number, last: number];
  /** The first version with compact lengths and tagged fields; undefined where there is none. */
  readonly flexible?: number;
}

/** A message in all its versions. */
export class Message<Fs extends Fields> {
  readonly name: string;
  readonly fields: Fs;
  readonly range: Versions;
  private readonly readers: (Read | undefined)[] = [];
  private readonly writers: (((writer: MessageWriter, value: never) => void) | undefined)[] = [];

  constructor(name: string, range: Versions, fields: Fs) {
    this.name = name;
    this.range = range;
    this.fields = fields;
  }

  /**
   * The message at `from`. Bytes and records alias `bytes`: copy what outlives them. What follows the message is left alone, as Kafka's
   * brokers do. INVALID_ARGUMENT where the bytes are no such message, UNSUPPORTED where the version is out of range.
   */
  decode(version: number, bytes: Uint8Array, from = 0): Decoded<Fs> {
    const read = this.readers[version] ?? this.reader(version);
    return read(new MessageReader(bytes, `${this.name} v${version}`, from)) as Decoded<Fs>;
  }

  /** Appends the message. INVALID_ARGUMENT where a value does not fit its field, UNSUPPORTED where the version is out of range. */
  write(version: number, writer: MessageWriter, value: Encodable<Fs>): void {
    (this.writers[version] ?? this.writer(version))(writer, value as never);
  }

  /** The message alone, in chunks. */
  encode(version: number, value: Encodable<Fs>): Uint8Array[] {
    const writer = new MessageWriter();
    this.write(version, writer, value);
    return writer.finish();
  }

  private reader(version: number): Read {
    const read = structReader(this.fields, this.form(version));
    this.readers[version] = read;
    return read;
  }

  private writer(version: number): (writer: MessageWriter, value: never) => void {
    const write = structWriter(this.fields, this.form(version)) as (
      writer: MessageWriter,
      value: never,
    ) => void;
    this.writers[version] = write;
    return write;
  }

  private form(version: number): { readonly version: number; readonly flexible: boolean } {
    const [first, last] = this.range.versions;
    if (!Number.isInteger(version) || version < first || version > last) {
      throw new FlowError(
        'UNSUPPORTED',
        `${this.name} v${version} is not supported; versions ${first}–${last} are`,
        {
          hint: 'Ask with ApiVersions which versions the broker speaks.',
          details: { version, first, last },
        },
      );
    }
    return { version, flexible: isFlexible(this.range, version) };
  }
}

export interface Api<Req extends Fields = Fields, Res extends Fields = Fields> extends Versions {
  readonly key: number;
  readonly name: string;
  readonly request: Message<Req>;
  readonly response: Message<Res>;
}

/** What a gateway reads, what it may answer; what a client sends, what it gets. */
export type RequestOf<A> = A extends { readonly request: Message<infer Fs> } ? Decoded<Fs> : never;
export type ResponseInput<A> = A extends { readonly response: Message<infer Fs> } ? Encodable<Fs> : never;
export type RequestInput<A> = A extends { readonly request: Message<infer Fs> } ? Encodable<Fs> : never;
export type ResponseOf<A> = A extends { readonly response: Message<infer Fs> } ? Decoded<Fs> : never;

export function api<const Req extends Fields, const Res extends Fields>(
  key: number,
  range: Versions,
  request: Req,
  response: Res,
): Api<Req, Res> {
  const name = API_NAMES.get(key) ?? `api ${key}`;
  return {
    key,
    name,
    ...range,
    request: new Message(`${name} request`, range, request),
    response: new Message(`${name} response`, range, response),
  };
}

export function isFlexible(range: Versions, version: number): boolean {
  return range.flexible !== undefined && version >= range.flexible;
}
