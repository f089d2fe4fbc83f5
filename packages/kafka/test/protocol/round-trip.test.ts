import { concatBytes, FlowError } from '@flowmesh/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Api,
  APIS,
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  type Message,
} from '../../src/protocol/index.ts';
import type { Fields } from '../../src/protocol/schema.ts';
import { anyMessage } from '../support/message-arbitrary.ts';

const RUNS = 8;

const apis = APIS.map((one): [string, Api] => [one.name, one]);
const protocols: [string, { request: Message<Fields>; response: Message<Fields> }][] = [
  [
    'the consumer protocol',
    {
      request: ConsumerProtocolSubscription as unknown as Message<Fields>,
      response: ConsumerProtocolAssignment as unknown as Message<Fields>,
    },
  ],
];

function* versions(api: {
  request: Message<Fields>;
  response: Message<Fields>;
}): Generator<readonly [Message<Fields>, number]> {
  for (const message of [api.request, api.response]) {
    const [first, last] = message.range.versions;
    for (let version = first; version <= last; version++) yield [message, version];
  }
}

/** What a decoded message costs, in bytes: aliased slices cost their object, shared defaults nothing. */
function weigh(value: unknown): number {
  if (typeof value === 'string') return value.length === 0 ? 0 : 16 + value.length;
  if (value instanceof Uint8Array) return value.length === 0 ? 0 : 96;
  if (typeof value !== 'object' || Object.isFrozen(value)) return 0;
  let sum = 32;
  for (const inner of Object.values(value as object)) sum += 8 + weigh(inner);
  return sum;
}

describe('messages', () => {
  it.each([...apis, ...protocols])('%s reads what it wrote, in every version', (_, api) => {
    for (const [message, version] of versions(api)) {
      fc.assert(
        fc.property(anyMessage(message.fields, version), (value) => {
          const bytes = concatBytes(message.encode(version, value as never));
          expect(message.decode(version, bytes)).toEqual(value);
        }),
        { numRuns: RUNS },
      );
    }
  });

  it.each([...apis, ...protocols])(
    '%s refuses changed bytes with an error of its own, or reads them, and takes memory for no more than came',
    (_, api) => {
      for (const [message, version] of versions(api)) {
        const encoded = anyMessage(message.fields, version).map((value) =>
          concatBytes(message.encode(version, value as never)),
        );
        const damage = fc.record({
          bytes: encoded,
          at: fc.nat(),
          put: fc.uint8Array({ maxLength: 5 }),
          drop: fc.nat(5),
        });
        fc.assert(
          fc.property(damage, ({ bytes, at, put, drop }) => {
            const from = at % (bytes.length + 1);
            expectBounded(
              message,
              version,
              concatBytes([bytes.subarray(0, from), put, bytes.subarray(from + drop)]),
            );
          }),
          { numRuns: RUNS },
        );
        fc.assert(
          fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => expectBounded(message, version, bytes)),
          { numRuns: RUNS },
        );
      }
    },
  );

  it.each(apis)('%s takes no memory for counts and lengths that are only stated', (_, api) => {
    for (const [message, version] of versions(api)) {
      for (const filler of [0x7f, 0xff, 0x3f]) {
        expectBounded(message, version, new Uint8Array(200).fill(filler));
      }
    }
  });

  it('a version that is not spoken is unsupported, read or written', () => {
    for (const api of APIS) {
      const [first, last] = api.versions;
      for (const version of [first - 1, last + 1, -1, 1.5]) {
        expect(() => api.request.decode(version, new Uint8Array(100))).toThrowError(
          expect.objectContaining({ code: 'UNSUPPORTED' }),
        );
        expect(() => api.response.encode(version, {} as never)).toThrowError(
          expect.objectContaining({ code: 'UNSUPPORTED' }),
        );
      }
    }
  });
});

function expectBounded(message: Message<Fields>, version: number, bytes: Uint8Array): void {
  try {
    const base = weigh(message.decode(version, bytes)) - 32 * bytes.length;
    expect(base).toBeLessThan(1024);
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
    expect(error.code).toBe('INVALID_ARGUMENT');
  }
}
