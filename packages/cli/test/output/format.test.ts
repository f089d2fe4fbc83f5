import { describe, expect, it } from 'vitest';
import { type Column, formatBytes, formatList, formatOne } from '../../src/output/format.ts';
import { showBytes } from '../../src/output/payload.ts';
import { parseDurationMs, parseTimeMs } from '../../src/output/times.ts';

interface Row {
  readonly name: string;
  readonly size: number | undefined;
}

const rows: readonly Row[] = [
  { name: 'a', size: 1 },
  { name: 'long name', size: undefined },
];
const columns: readonly Column<Row>[] = [
  { header: 'name', cell: (row) => row.name },
  { header: 'size', cell: (row) => row.size },
  { header: 'twice', cell: (row) => (row.size ?? 0) * 2, wide: true },
];

describe('the formatter', () => {
  it('gives the same rows in every format', () => {
    const list = (format: 'table' | 'wide' | 'json' | 'jsonl' | 'yaml' | 'raw'): string =>
      formatList(rows, columns, { format, color: false });
    expect(list('table')).toBe('NAME       SIZE\na          1\nlong name  -\n');
    expect(list('wide')).toBe('NAME       SIZE  TWICE\na          1     2\nlong name  -     0\n');
    expect(JSON.parse(list('json'))).toEqual([{ name: 'a', size: 1 }, { name: 'long name' }]);
    expect(list('jsonl')).toBe('{"name":"a","size":1}\n{"name":"long name"}\n');
    expect(list('yaml')).toBe('- name: a\n  size: 1\n- name: long name\n');
    expect(list('raw')).toBe('a\nlong name\n');
  });

  it('shows one thing as lines, and colour only where wanted', () => {
    const row = { name: 'a', size: 1 };
    expect(formatOne(row, columns, { format: 'table', color: false })).toBe('name: a\nsize: 1\n');
    expect(formatOne(row, columns, { format: 'table', color: true })).toContain('\u001b[1m');
    expect(formatOne(row, columns, { format: 'json', color: true })).not.toContain('\u001b');
  });

  it('prints an empty list as nothing that breaks a reader', () => {
    expect(formatList([], columns, { format: 'json', color: false })).toBe('[]\n');
    expect(formatList([], columns, { format: 'jsonl', color: false })).toBe('');
    expect(formatList([], columns, { format: 'raw', color: false })).toBe('');
  });
});

describe('values', () => {
  it('are text where they are UTF-8 and base64 where not', () => {
    expect(showBytes(Buffer.from('grüße'))).toEqual({ text: 'grüße', encoding: undefined });
    expect(showBytes(Uint8Array.of(0xc3, 0x28))).toEqual({ text: 'wyg=', encoding: 'base64' });
    expect(showBytes(new Uint8Array(0))).toEqual({ text: '', encoding: undefined });
  });

  it('of size and time are read and shown as people write them', () => {
    expect([formatBytes(0), formatBytes(1_023), formatBytes(1_536), formatBytes(3 * 1024 ** 3)]).toEqual([
      '0 B',
      '1023 B',
      '1.5 KiB',
      '3.0 GiB',
    ]);
    expect(['500ms', '10s', '1.5m', '2h', '7d', '10', 'x'].map(parseDurationMs)).toEqual([
      500,
      10_000,
      90_000,
      7_200_000,
      604_800_000,
      undefined,
      undefined,
    ]);
    expect(parseTimeMs('-5m', 1_000_000)).toBe(700_000);
    expect(parseTimeMs('1700000000000', 0)).toBe(1_700_000_000_000);
    expect(parseTimeMs('2026-01-01T00:00:00Z', 0)).toBe(1_767_225_600_000);
    expect(() => parseTimeMs('yesterday', 0)).toThrow('not a time');
  });
});
