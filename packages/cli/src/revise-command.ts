import { randomUUID } from 'node:crypto';
import { type GraphFinding, KamachiqError } from 'kamachiq';
import { loadGraphPatch } from 'kamachiq/spec';
import { connect, type ServerOptions } from './connect.js';
import { plainText } from './plain-text.js';
import { tellError } from './tell-error.js';
import { tellFindings } from './tell-findings.js';
import { untilInterrupted } from './until-interrupted.js';

/** Milliseconds after which it is told what is waited for; most answers come sooner. */
const SILENCE = 1_000;

/** `kamachiq revise`: changes the plan of a project while its tasks are carried out. */
export async function revise(
  options: ServerOptions & { readonly patch: string; readonly reason: string; readonly updateId?: string },
  projectId: string,
): Promise<number> {
  const patch = await loadGraphPatch(options.patch);
  const { updateId = randomUUID() } = options;
  let telling: NodeJS.Timeout | undefined;
  const onAccepted = () => {
    telling = setTimeout(() => process.stderr.write(describeWait(updateId)), SILENCE);
  };
  const { client, connection, close } = await connect(options);
  try {
    const { result } = await untilInterrupted(async (signal) => {
      try {
        return await connection.withAbortSignal(signal, () => client.project(projectId).revise(patch, options.reason, { updateId, onAccepted }));
      } catch (error) {
        if (!signal.aborted) throw error;
        tellError(error);
        return null;
      }
    });
    if (result === null) return 1;
    const { revision, added, replaced, dropped } = result;
    const changes = [`added ${added.length}`, `replaced ${replaced.length}`, `dropped ${dropped.length}`].join(', ');
    process.stdout.write(`revision ${revision}: ${changes}\n`);
    return 0;
  } catch (error) {
    const findings = findingsOf(error);
    if (findings.length === 0) throw error;
    tellFindings(plainText(options.patch, 200), findings);
    return 2;
  } finally {
    clearTimeout(telling);
    await close();
  }
}

const describeWait = (updateId: string) =>
  `A worker accepted the change, update id ${plainText(updateId, 200)}, and has not answered yet. Ctrl-C ends the wait; it may be applied all the same.\n`;

/** What the compiler found where it refused the change; nothing for any other error. */
const findingsOf = (error: unknown): readonly GraphFinding[] =>
  KamachiqError.isInstance(error) && error.code === 'graph.patch-refused' ? ((error.context.findings ?? []) as readonly GraphFinding[]) : [];
