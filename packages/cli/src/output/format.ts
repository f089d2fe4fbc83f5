/** The one formatter: lists and single things as table, wide table, JSON, JSON lines, YAML or bare values. */
import Table from 'cli-table3';
import { stringify } from 'yaml';
import { usageError } from '../failure.ts';

export const FORMATS = ['table', 'wide', 'json', 'jsonl', 'yaml', 'raw'] as const;
export type Format = (typeof FORMATS)[number];

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => string | number | boolean | undefined;
  /** Only with `wide`. */
  readonly wide?: boolean;
}

export interface Style {
  readonly format: Format;
  readonly color: boolean;
}

export function parseFormat(text: string): Format {
  const found = FORMATS.find((format) => format === text);
  if (found === undefined) {
    throw usageError(`there is no output format ${text}`, `Use one of: ${FORMATS.join(', ')}.`);
  }
  return found;
}

/** Formats whose readers are programs. */
export function isStructured(format: Format): boolean {
  return format === 'json' || format === 'jsonl' || format === 'yaml';
}

/** Rows as text, with a newline at the end. `raw` gives the first column. */
export function formatList<Row>(rows: readonly Row[], columns: readonly Column<Row>[], style: Style): string {
  switch (style.format) {
    case 'table':
    case 'wide':
      return tableOf(rows, columns, style);
    case 'json':
      return `${JSON.stringify(rows, undefined, 2)}\n`;
    case 'jsonl':
      return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    case 'yaml':
      return stringify(rows);
    case 'raw':
      return rows.map((row) => `${shown(columns[0]?.cell(row))}\n`).join('');
  }
}

/** One thing: as a table, its columns below each other. */
export function formatOne<Row>(row: Row, columns: readonly Column<Row>[], style: Style): string {
  switch (style.format) {
    case 'table':
    case 'wide': {
      const used = columns.filter((column) => style.format === 'wide' || column.wide !== true);
      const width = Math.max(...used.map((column) => column.header.length));
      return used
        .map((column) => `${bold(`${column.header}:`.padEnd(width + 2), style)}${shown(column.cell(row))}\n`)
        .join('');
    }
    case 'json':
      return `${JSON.stringify(row, undefined, 2)}\n`;
    case 'jsonl':
      return `${JSON.stringify(row)}\n`;
    case 'yaml':
      return stringify(row);
    case 'raw':
      return `${shown(columns[0]?.cell(row))}\n`;
  }
}

function tableOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[], style: Style): string {
  const used = columns.filter((column) => style.format === 'wide' || column.wide !== true);
  const table = new Table({
    head: used.map((column) => bold(column.header.toUpperCase(), style)),
    chars: BARE,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
  });
  for (const row of rows) table.push(used.map((column) => shown(column.cell(row))));
  const lines = table.toString().split('\n');
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** No lines at all. */
const BARE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

function shown(cell: string | number | boolean | undefined): string {
  return cell === undefined || cell === '' ? '-' : String(cell);
}

export function bold(text: string, style: Style): string {
  return style.color ? `\u001b[1m${text}\u001b[22m` : text;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit] as string}`;
}
