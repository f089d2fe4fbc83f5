/** Where in a filter's text something is, and errors that show it with a caret under the place. */
import { FlowError } from '@flowmesh/base';

/** Offsets in the text, `end` excluded. */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
}

/** Of a long line, so much is shown around the place. */
const SHOWN_BEFORE = 60;
const SHOWN_AFTER = 40;

/** A fault in the expression itself, found before anything is evaluated. Thrown while compiling and caught by `compileFilter`. */
export class FilterFault extends Error {
  override readonly name = 'FilterFault';
  readonly at: SourceRange;
  readonly hint: string | undefined;

  constructor(message: string, at: SourceRange, hint?: string) {
    super(message);
    this.at = at;
    this.hint = hint;
  }
}

/** "line 2, column 7", both from 1. */
export function placeOf(text: string, at: SourceRange): { readonly line: number; readonly column: number } {
  const start = Math.min(Math.max(at.start, 0), text.length);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return { line: text.slice(0, lineStart).split('\n').length, column: start - lineStart + 1 };
}

export function filterError(text: string, fault: FilterFault): FlowError {
  const { line, column } = placeOf(text, fault.at);
  const message = `the filter is not valid at line ${line}, column ${column}: ${fault.message}\n${excerpt(text, fault.at)}`;
  return new FlowError('INVALID_ARGUMENT', message, {
    ...(fault.hint === undefined ? {} : { hint: fault.hint }),
    details: { line, column, position: fault.at.start },
  });
}

/** The line with the fault, and a line with carets under it. */
function excerpt(text: string, at: SourceRange): string {
  const { column } = placeOf(text, at);
  const lineStart = Math.min(Math.max(at.start, 0), text.length) - (column - 1);
  const lineEnd = text.indexOf('\n', lineStart) === -1 ? text.length : text.indexOf('\n', lineStart);
  const from = Math.max(lineStart, at.start - SHOWN_BEFORE);
  const to = Math.min(lineEnd, at.start + SHOWN_AFTER);
  const before = (from > lineStart ? '…' : '') + plain(text.slice(from, Math.min(at.start, lineEnd)));
  const rest = plain(text.slice(at.start, to)) + (to < lineEnd ? '…' : '');
  const carets = Math.max(1, Math.min(at.end, to) - at.start);
  return `  ${before}${rest}\n  ${' '.repeat(Array.from(before).length)}${'^'.repeat(carets)}`;
}

/** One column for every character, so that the caret stands where it should. */
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ');
}
