/** The APIs that the codec knows, by key, and the versions of them that a broker tells clients of. */
import * as apis from '../api/index.ts';
import type { Api } from './api.ts';
import { API_KEY } from './api-keys.ts';

const BY_KEY: ReadonlyMap<number, Api> = new Map(
  Object.values(apis)
    .map((one): [number, Api] => [one.key, one as unknown as Api])
    .sort(([a], [b]) => a - b),
);

/** All of them, by ascending key. */
export const APIS: readonly Api[] = [...BY_KEY.values()];

export function findApi(key: number): Api | undefined {
  return BY_KEY.get(key);
}

export interface VersionRange {
  readonly apiKey: number;
  readonly minVersion: number;
  readonly maxVersion: number;
}

/**
 * Where what is told differs from what the codec reads. Produce is told from 0 although 0–2 are refused: librdkafka takes a broker
 * without them for one that cannot compress (KAFKA-18659). The others end before versions whose meaning needs more of the broker: topic
 * ids instead of names, and transactions of the second protocol, which hang together and can only come all at once.
 */
const TOLD: ReadonlyMap<number, readonly [first: number, last: number]> = new Map([
  [API_KEY.Produce, [0, 11]],
  [API_KEY.OffsetCommit, [2, 9]],
  [API_KEY.OffsetFetch, [1, 9]],
  [API_KEY.EndTxn, [0, 4]],
  [API_KEY.TxnOffsetCommit, [0, 4]],
]);

/** For the answer to ApiVersions, by ascending key. A gateway leaves out what it does not serve. */
export const ADVERTISED_VERSIONS: readonly VersionRange[] = APIS.map((one) => {
  const [minVersion, maxVersion] = TOLD.get(one.key) ?? one.versions;
  return { apiKey: one.key, minVersion, maxVersion };
});
