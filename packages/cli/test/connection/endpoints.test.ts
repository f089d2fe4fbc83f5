import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseUrls } from '../../src/connection/endpoints.ts';
import { type Outcome, run, type RunOptions, TempDir } from '../support/run.ts';

async function where(options: RunOptions, ...argv: string[]): Promise<unknown> {
  const outcome = await run(['ctx', 'show', '-o', 'json', ...argv], options);
  return outcome.code === 0 ? (JSON.parse(outcome.stdout) as unknown) : outcome;
}

describe('the address of the cluster', () => {
  it('comes from flag, environment, context, a development cluster above, or the default, in this order', async () => {
    using home = new TempDir();
    mkdirSync(home.join('work', '.flowmesh'), { recursive: true });
    mkdirSync(home.join('work', 'deep', 'er'), { recursive: true });
    const file = home.join('work', '.flowmesh', 'endpoints.json');
    const cwd = home.join('work', 'deep', 'er');
    const variables = { FLOWMESH_CONTEXTS: home.join('contexts.json') };
    expect(await where({ cwd, variables })).toEqual({ url: '127.0.0.1:50051', source: 'default' });
    writeFileSync(file, JSON.stringify({ nodes: [{ grpc: 'a:1' }, { grpc: 'b:2' }] }));
    expect(await where({ cwd, variables })).toEqual({ url: 'a:1,b:2', source: file });
    await run(['ctx', 'set', 'prod', '--url', 'grpc://prod.example:7000'], { cwd, variables });
    await run(['ctx', 'set', 'test', '--url', 'test.example'], { cwd, variables });
    expect(await where({ cwd, variables })).toEqual({ url: 'prod.example:7000', source: 'context prod' });
    await run(['ctx', 'use', 'test'], { cwd, variables });
    expect(await where({ cwd, variables })).toMatchObject({ url: 'test.example:50051' });
    expect(await where({ cwd, variables: { ...variables, FLOWMESH_CONTEXT: 'prod' } })).toMatchObject({
      source: 'context prod',
    });
    const withUrl = { cwd, variables: { ...variables, FLOWMESH_URL: 'env:1' } };
    expect(await where(withUrl)).toEqual({ url: 'env:1', source: 'FLOWMESH_URL' });
    expect(await where(withUrl, '--context', 'prod')).toMatchObject({ source: 'context prod' });
    expect(await where(withUrl, '--url', 'flag:1')).toEqual({ url: 'flag:1', source: '--url' });
    await run(['ctx', 'delete', 'test'], { cwd, variables });
    expect(await where({ cwd, variables })).toMatchObject({ source: file });
  });

  it('explains unknown contexts and damaged files', async () => {
    using home = new TempDir();
    const variables = { FLOWMESH_CONTEXTS: home.join('contexts.json') };
    await run(['ctx', 'set', 'a', '--url', 'x'], { variables });
    const missing = (await where({ variables }, '--context', 'b')) as Outcome;
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain('There are: a');
    writeFileSync(home.join('contexts.json'), '{');
    expect((await where({ variables })) as Outcome).toMatchObject({ code: 2 });
  });

  it('is host:port, several with commas, with or without a scheme', () => {
    expect(parseUrls('a, http://b:1/ ,[::1]:7')).toEqual(['a:50051', 'b:1', '[::1]:7']);
    for (const bad of ['', ' , ', 'a:b', 'a:99999', 'a b']) expect(() => parseUrls(bad)).toThrow();
  });
});
