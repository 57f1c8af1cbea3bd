import type { Table } from './benchmark.js';

/** A table as lines of text: the first column to the left, the others to the right. */
export function renderTable({ title, rows }: Table): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ');
  const [head, ...body] = rows.map((row) => line(row).trimEnd());
  return ['', title, head, '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2)), ...body].join('\n');
}
