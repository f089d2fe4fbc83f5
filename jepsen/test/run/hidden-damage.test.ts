import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { HiddenDamage } from '../../run/hidden-damage.ts';

it('damage is mistrusted until the file is gone, whatever took it away', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'flowmesh-hidden-'));
  try {
    const hidden = new HiddenDamage();
    expect(hidden.nodes()).toEqual([]);
    const files = [3, 1, 3].map((node, at) => {
      const data = path.join(dir, `node-${node}`);
      mkdirSync(data, { recursive: true });
      const file = path.join(data, `00000${at}.sst`);
      writeFileSync(file, 'x');
      hidden.add(node, file);
      return file;
    });
    expect(hidden.nodes()).toEqual([1, 3]);
    rmSync(files[0] as string);
    expect(hidden.nodes()).toEqual([1, 3]);
    renameSync(path.join(dir, 'node-1'), path.join(dir, 'node-1.aside'));
    expect(hidden.nodes()).toEqual([3]);
    rmSync(files[2] as string);
    // A file of that name that is made later is another one.
    expect(hidden.nodes()).toEqual([]);
    writeFileSync(files[2] as string, 'x');
    expect(hidden.nodes()).toEqual([]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
