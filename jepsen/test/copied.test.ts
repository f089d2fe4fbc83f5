import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Volume } from '../../test/e2e/harness/volumes.ts';
import { copied } from '../nemeses/copied.ts';

it('nothing is left of a copy for which there was no room, and the next one fits', async ({ skip }) => {
  using volume = Volume.mount(4);
  if (volume === undefined) return skip();
  const from = path.join(volume.dir, 'data');
  const to = path.join(volume.dir, 'copy');
  mkdirSync(from);
  for (let i = 0; i < 4; i++) writeFileSync(path.join(from, `file-${i}`), new Uint8Array(256 * 1024).fill(i));
  volume.fillUntil(600 * 1024);
  expect(await copied(from, to)).toBe(false);
  expect(existsSync(to)).toBe(false);
  volume.makeRoom();
  expect(await copied(from, to)).toBe(true);
  expect(readdirSync(to)).toHaveLength(4);
});
