/** How values become bytes and come back: the type of a bucket's values, or of a queue's payloads, follows from its codec. */

export interface ValueCodec<T> {
  encode(value: T): Uint8Array;
  /** Throws where the bytes are no such value. */
  decode(bytes: Uint8Array): T;
}

/** Whatever checks an unknown value and gives it its type: schemas of zod and its like. */
export interface Schema<T> {
  parse(value: unknown): T;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export const textCodec: ValueCodec<string> = {
  encode: (text) => encoder.encode(text),
  decode: (bytes) => decoder.decode(bytes),
};

export const bytesCodec: ValueCodec<Uint8Array> = {
  encode: (bytes) => bytes,
  decode: (bytes) => bytes,
};

/** JSON; with a schema what is read is checked by it, and has its type. */
export function jsonCodec<T>(schema?: Schema<T>): ValueCodec<T> {
  return {
    encode: (value) => encoder.encode(JSON.stringify(value)),
    decode: (bytes) => {
      const value: unknown = JSON.parse(decoder.decode(bytes));
      return schema === undefined ? (value as T) : schema.parse(value);
    },
  };
}
