/** Everything that is served, but ApiVersions, which tells of it. */
import { metadataApis } from './metadata.ts';
import type { KafkaPorts, ServedApi } from './served-api.ts';

export function servedApis(ports: KafkaPorts): readonly ServedApi[] {
  return [...metadataApis(ports)];
}
