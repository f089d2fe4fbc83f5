/** What is published beside the code agrees with it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { configJsonSchema } from '../../src/config/schema.ts';

const deploy = path.resolve(import.meta.dirname, '../../../../deploy');

describe('the published configuration', () => {
  it('has the schema of the code (deploy/node.schema.json)', () => {
    const published: unknown = JSON.parse(readFileSync(path.join(deploy, 'node.schema.json'), 'utf8'));
    expect(published).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });

  it('has an example that a node accepts', () => {
    const file = path.join(deploy, 'node.example.yaml');
    const config = loadConfig({
      file,
      environment: {},
      flags: [],
      readText: (name) => readFileSync(name, 'utf8'),
    });
    expect(config.cluster.initialMembers).toHaveLength(3);
    expect(config.storage.reserveBytes).toBe(2 * 2 ** 30);
  });
});
