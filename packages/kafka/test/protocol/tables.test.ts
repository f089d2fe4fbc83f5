import { describe, expect, it } from 'vitest';
import {
  ADVERTISED_VERSIONS,
  API_KEY,
  API_NAMES,
  APIS,
  findApi,
  KAFKA_ERROR,
  kafkaErrorName,
  Produce,
} from '../../src/protocol/index.ts';

const advertised = (key: number) => {
  const range = ADVERTISED_VERSIONS.find((one) => one.apiKey === key);
  return range === undefined ? undefined : [range.minVersion, range.maxVersion];
};

describe('the APIs', () => {
  it('are all there, under the name of their key, but for the one that only brokers used', () => {
    const names = Object.keys(API_KEY).filter((name) => name !== 'ControlledShutdown');
    expect(APIS.map((api) => api.name).sort()).toEqual(names.sort());
    for (const api of APIS) expect(API_NAMES.get(api.key)).toBe(api.name);
    expect(findApi(0)?.request).toBe(Produce.request);
    expect(findApi(7)).toBeUndefined();
  });

  it('are advertised by ascending key, in versions that can be read', () => {
    const keys = ADVERTISED_VERSIONS.map((range) => range.apiKey);
    expect(keys).toEqual([...keys].sort((a, b) => a - b));
    for (const { apiKey, minVersion, maxVersion } of ADVERTISED_VERSIONS) {
      const [first, last] = findApi(apiKey)?.versions ?? [Number.NaN, Number.NaN];
      expect(maxVersion).toBeLessThanOrEqual(last);
      if (apiKey !== API_KEY.Produce) expect(minVersion).toBeGreaterThanOrEqual(first);
    }
  });

  it('tell librdkafka that they compress, and clients of older groups that they may join', () => {
    expect(advertised(API_KEY.Produce)).toEqual([0, 11]);
    expect(advertised(API_KEY.JoinGroup)).toEqual([0, 9]);
  });

  it('do not let clients begin transactions of the second protocol, which needs all of its versions at once', () => {
    expect(advertised(API_KEY.EndTxn)).toEqual([0, 4]);
    expect(advertised(API_KEY.TxnOffsetCommit)).toEqual([0, 4]);
    expect(advertised(API_KEY.AddPartitionsToTxn)).toEqual([0, 3]);
  });
});

describe('error codes', () => {
  it('number every error once, from -1 on without a gap', () => {
    const codes = Object.values(KAFKA_ERROR).map((error) => error.code);
    expect(codes).toEqual(Array.from({ length: codes.length }, (_, i) => i - 1));
  });

  it('have names by code', () => {
    expect(kafkaErrorName(6)).toBe('NOT_LEADER_OR_FOLLOWER');
    expect(kafkaErrorName(-1)).toBe('UNKNOWN_SERVER_ERROR');
    expect(kafkaErrorName(9999)).toBeUndefined();
  });

  it('say what clients send again, and what ends a producer', () => {
    const retriable = (name: keyof typeof KAFKA_ERROR) => KAFKA_ERROR[name].retriable;
    expect(retriable('NOT_LEADER_OR_FOLLOWER')).toBe(true);
    expect(retriable('COORDINATOR_LOAD_IN_PROGRESS')).toBe(true);
    expect(retriable('PRODUCER_FENCED')).toBe(false);
    expect(retriable('UNKNOWN_SERVER_ERROR')).toBe(false);
  });
});
