/** Which APIs are served in which versions: what of the protocol's table is here, and no more. */
import { ApiVersions } from '@flowmesh/kafka/protocol';
import { servedApi } from './served-api.ts';
import type { ServedApi } from './served-api.ts';

interface VersionsEntry {
  readonly apiKey: number;
  readonly minVersion: number;
  readonly maxVersion: number;
}

/** By ascending key. */
export function advertised(apis: readonly ServedApi[]): readonly VersionsEntry[] {
  return apis
    .map(({ key, versions: [minVersion, maxVersion] }) => ({ apiKey: key, minVersion, maxVersion }))
    .sort((a, b) => a.apiKey - b.apiKey);
}

/** `others`: everything but itself. */
export function apiVersions(others: readonly ServedApi[]): ServedApi {
  const own: ServedApi = servedApi(ApiVersions, async () => ({
    errorCode: 0,
    apiKeys: advertised([...others, own]),
    throttleTimeMs: 0,
  }));
  return own;
}
