import { type GraphFinding, KamachiqError } from 'kamachiq';
import { loadGraphPatch } from 'kamachiq/spec';
import { ask, type ServerOptions } from './connect.js';
import { plainText } from './plain-text.js';
import { tellFindings } from './tell-findings.js';

/** `kamachiq revise`: changes the plan of a project while its tasks are carried out. */
export async function revise(options: ServerOptions & { readonly patch: string; readonly reason: string }, projectId: string): Promise<number> {
  const patch = await loadGraphPatch(options.patch);
  try {
    const { revision, added, replaced, dropped } = await ask(options, (client) => client.project(projectId).revise(patch, options.reason));
    const changes = [`added ${added.length}`, `replaced ${replaced.length}`, `dropped ${dropped.length}`].join(', ');
    process.stdout.write(`revision ${revision}: ${changes}\n`);
    return 0;
  } catch (error) {
    const findings = findingsOf(error);
    if (findings.length === 0) throw error;
    tellFindings(plainText(options.patch, 200), findings);
    return 2;
  }
}

/** What the compiler found where it refused the change; nothing for any other error. */
const findingsOf = (error: unknown): readonly GraphFinding[] =>
  KamachiqError.isInstance(error) && error.code === 'graph.patch-refused' ? ((error.context.findings ?? []) as readonly GraphFinding[]) : [];
