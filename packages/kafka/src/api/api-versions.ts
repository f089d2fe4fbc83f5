/**
 * Which APIs and versions the broker speaks. A request of an unknown version is answered in version 0 with UNSUPPORTED_VERSION and the list,
 * and the header of the response is always v0.
 */
import { api } from '../protocol/api.ts';
import { bool, i16, i32, i64, string, structs } from '../protocol/schema.ts';

export const ApiVersions = api(
  18,
  { versions: [0, 4], flexible: 3 },
  [string('clientSoftwareName', { since: 3 }), string('clientSoftwareVersion', { since: 3 })],
  [
    i16('errorCode'),
    structs('apiKeys', [i16('apiKey'), i16('minVersion'), i16('maxVersion')]),
    i32('throttleTimeMs', { since: 1 }),
    structs('supportedFeatures', { since: 3, tag: 0 }, [
      string('name'),
      i16('minVersion'),
      i16('maxVersion'),
    ]),
    i64('finalizedFeaturesEpoch', { since: 3, tag: 1, default: -1 }),
    structs('finalizedFeatures', { since: 3, tag: 2 }, [
      string('name'),
      i16('maxVersionLevel'),
      i16('minVersionLevel'),
    ]),
    bool('zkMigrationReady', { since: 3, tag: 3, default: false }),
  ],
);
