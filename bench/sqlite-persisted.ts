import { DatabaseSync } from 'node:sqlite';
import type { Persisted } from './peers/peer-orders.js';

/** What a database in a file holds: also what has not got from its log into the file, while others write. */
export function readSqlitePersisted(path: string): Persisted {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const numberOf = (sql: string) => Number(Object.values(database.prepare(sql).get()!)[0]);
    const tables = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all();
    const rows = tables.reduce((sum, { name }) => sum + numberOf(`SELECT count(*) FROM "${name}"`), 0);
    const pages = numberOf('PRAGMA page_count') - numberOf('PRAGMA freelist_count');
    return { rows, bytes: pages * numberOf('PRAGMA page_size') };
  } finally {
    database.close();
  }
}
