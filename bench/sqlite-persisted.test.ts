import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { readSqlitePersisted } from './sqlite-persisted.js';

it('counts what others have written and not yet moved from the log into the file, and not what they deleted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kamachiq-persisted-'));
  const path = join(folder, 'some.sqlite');
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE one (text); CREATE TABLE "an other" (text)');
    const empty = readSqlitePersisted(path);
    const insert = database.prepare('INSERT INTO "an other" VALUES (?)');
    for (let row = 0; row < 10; row += 1) insert.run('x'.repeat(10_000));
    database.exec(`INSERT INTO one VALUES ('x')`);
    const full = readSqlitePersisted(path);
    expect(full.rows - empty.rows).toBe(11);
    expect(full.bytes - empty.bytes).toBeGreaterThan(100_000);
    database.exec('DELETE FROM "an other"');
    expect(readSqlitePersisted(path)).toEqual({ rows: 1, bytes: empty.bytes });
  } finally {
    database.close();
    await rm(folder, { recursive: true, force: true });
  }
});
