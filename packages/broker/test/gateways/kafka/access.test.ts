import { pbkdf2Sync } from 'node:crypto';
import {
  AlterUserScramCredentials,
  CreateAcls,
  DeleteAcls,
  DescribeAcls,
  DescribeUserScramCredentials,
} from '@flowmesh/kafka/protocol';
import { describe, expect, it } from 'vitest';
import { passwordFits } from '../../../src/services/access/scram.ts';
import { startKafkaWorld } from './kafka-world.ts';

const INVALID_REQUEST = 42;
const RESOURCE_NOT_FOUND = 91;
const UNACCEPTABLE_CREDENTIAL = 93;
const SHA_256 = 1;
const SHA_512 = 2;

const salt = Buffer.from('sixteen bytes..!');
const upsertion = (name: string, iterations = 4_096) => ({
  name,
  mechanism: SHA_256,
  iterations,
  salt,
  saltedPassword: pbkdf2Sync('pencil', salt, iterations, 32, 'sha256'),
});

/** Topic `orders`, literal, User:ada, any host, READ, ALLOW. */
const RULE = {
  resourceType: 2,
  resourceName: 'orders',
  resourcePatternType: 3,
  principal: 'User:ada',
  host: '*',
  operation: 3,
  permissionType: 3,
};
const ALL = {
  resourceTypeFilter: 1,
  resourceNameFilter: undefined,
  patternTypeFilter: 1,
  principalFilter: undefined,
  hostFilter: undefined,
  operation: 1,
  permissionType: 1,
};

describe('Kafka users and rules', () => {
  it('sets, tells and removes SCRAM credentials, of which only keys are kept', async () => {
    const world = await startKafkaWorld();
    const client = await world.client();
    const made = await client.call(AlterUserScramCredentials, 0, {
      deletions: [],
      upsertions: [upsertion('ada'), upsertion('bob', 100)],
    });
    expect(made.results.map(({ user, errorCode }) => [user, errorCode])).toEqual([
      ['ada', 0],
      ['bob', UNACCEPTABLE_CREDENTIAL],
    ]);
    const [credential] = world.catalog.machine.user('ada')?.credentials ?? [];
    if (credential === undefined) throw new Error('no credential');
    expect(await passwordFits('pencil', credential)).toBe(true);
    const told = await client.call(DescribeUserScramCredentials, 0, {
      users: [{ name: 'ada' }, { name: 'eve' }],
    });
    expect(told.results).toMatchObject([
      { user: 'ada', errorCode: 0, credentialInfos: [{ mechanism: SHA_256, iterations: 4_096 }] },
      { user: 'eve', errorCode: RESOURCE_NOT_FOUND },
    ]);
    const remove = (mechanism: number) =>
      client.call(AlterUserScramCredentials, 0, {
        deletions: [{ name: 'ada', mechanism }],
        upsertions: [],
      });
    expect((await remove(SHA_512)).results[0]?.errorCode).toBe(RESOURCE_NOT_FOUND);
    expect((await remove(SHA_256)).results[0]?.errorCode).toBe(0);
    expect(world.catalog.machine.user('ada')?.credentials).toEqual([]);
  });

  it('creates, tells and deletes rules, which are grants of users', async () => {
    const world = await startKafkaWorld();
    const client = await world.client();
    await client.call(AlterUserScramCredentials, 0, { deletions: [], upsertions: [upsertion('ada')] });
    const prefixed = { ...RULE, resourceName: 'ord', resourcePatternType: 4, operation: 4 };
    const cluster = { ...RULE, resourceType: 4, resourceName: 'kafka-cluster', operation: 5 };
    for (const version of [1, 2, 3]) {
      const created = await client.call(CreateAcls, version, {
        creations: [
          RULE,
          prefixed,
          cluster,
          { ...RULE, principal: 'User:eve' },
          { ...RULE, host: '10.0.0.1' },
          { ...RULE, resourceType: 6 },
        ],
      });
      expect(created.results.map(({ errorCode }) => errorCode)).toEqual([
        0,
        0,
        0,
        INVALID_REQUEST,
        INVALID_REQUEST,
        INVALID_REQUEST,
      ]);
    }
    expect(world.catalog.machine.user('ada')?.grants).toHaveLength(3);
    const namesFor = async (filter: object): Promise<string[]> => {
      const { resources } = await client.call(DescribeAcls, 3, { ...ALL, ...filter });
      return resources.map(({ resourceName }) => resourceName).sort();
    };
    expect(await namesFor({})).toEqual(['kafka-cluster', 'ord', 'orders']);
    const orders = { resourceTypeFilter: 2, resourceNameFilter: 'orders' };
    expect(await namesFor({ ...orders, patternTypeFilter: 2 })).toEqual(['ord', 'orders']);
    expect(await namesFor({ ...orders, patternTypeFilter: 3 })).toEqual(['orders']);
    expect(await namesFor({ principalFilter: 'User:eve' })).toEqual([]);
    const gone = await client.call(DeleteAcls, 3, { filters: [{ ...ALL, resourceTypeFilter: 2 }] });
    expect(gone.filterResults[0]?.matchingAcls.map(({ resourceName }) => resourceName).sort()).toEqual([
      'ord',
      'orders',
    ]);
    expect(world.catalog.machine.user('ada')?.grants).toMatchObject([
      { resource: 'cluster', name: '*', operation: 'create' },
    ]);
  });
});
