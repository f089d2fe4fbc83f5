import { describe, expect, it } from 'vitest';
import { ClusterRecords } from '../../src/services/cluster/cluster-records.ts';
import { credentialOf } from '../../src/services/access/scram.ts';
import { UserAdmin } from '../../src/services/access/user-admin.ts';
import { OPEN_DOOR } from '../../src/services/ports.ts';
import { caller, FakeCatalog } from './fake-cluster.ts';
import { FakeNodes } from './fake-ops.ts';
import { ManualTime } from './manual-time.ts';

describe('the export of the metadata', () => {
  it('has the users with roles, grants and mechanisms, and none of their keys', async () => {
    const catalog = new FakeCatalog(1);
    const ports = { catalog, door: OPEN_DOOR, clock: new ManualTime(), nodes: new FakeNodes() };
    const salt = Buffer.from('sixteen bytes..!');
    const credential = credentialOf('SCRAM-SHA-256', Buffer.alloc(32, 7), { salt, iterations: 4_096 });
    const { signal } = new AbortController();
    const change = { caller: caller(), signal, requestId: 'r' };
    const users = new UserAdmin(ports);
    await users.create({ ...change, name: 'ada', roles: ['consumer'], credentials: [credential] });
    const { json } = new ClusterRecords(ports).exportMetadata(caller());
    const text = Buffer.from(json).toString();
    expect(JSON.parse(text)).toMatchObject({
      users: [{ name: 'ada', enabled: true, roles: ['consumer'], grants: [], mechanisms: ['SCRAM-SHA-256'] }],
    });
    for (const secret of [credential.storedKey, credential.serverKey, credential.salt])
      expect(text).not.toContain(secret);
  });
});
