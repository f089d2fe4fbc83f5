/** Configuration of topics, brokers and groups. Version 3 has types and documentation. Null keys mean all. */
import { api } from '../protocol/api.ts';
import { bool, i16, i32, i8, string, strings, structs } from '../protocol/schema.ts';

export const DescribeConfigs = api(
  32,
  { versions: [1, 4], flexible: 4 },
  [
    structs('resources', [
      i8('resourceType'),
      string('resourceName'),
      strings('configurationKeys', { nullable: 0 }),
    ]),
    bool('includeSynonyms', { default: false }),
    bool('includeDocumentation', { since: 3, default: false }),
  ],
  [
    i32('throttleTimeMs'),
    structs('results', [
      i16('errorCode'),
      string('errorMessage', { nullable: 0 }),
      i8('resourceType'),
      string('resourceName'),
      structs('configs', [
        string('name'),
        string('value', { nullable: 0 }),
        bool('readOnly'),
        i8('configSource', { default: -1 }),
        bool('isSensitive'),
        structs('synonyms', [string('name'), string('value', { nullable: 0 }), i8('source')]),
        i8('configType', { since: 3, default: 0 }),
        string('documentation', { since: 3, nullable: 0 }),
      ]),
    ]),
  ],
);
