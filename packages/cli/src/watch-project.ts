import { setTimeout as delay } from 'node:timers/promises';
import type { LiveProject, ProjectHandle } from 'kamachiq/client';
import { COLOURS, drawProject, NO_COLOURS } from './live-view.js';
import { plainText } from './plain-text.js';

/** Milliseconds between two looks at the project. */
const INTERVAL = 400;

/**
 * Shows a project until it ends: redrawn in place on a terminal, one line for each change elsewhere.
 *
 * @param output - Where to draw.
 * @param signal - Ends the watching after one last look; the project goes on.
 */
export async function watchProject(handle: ProjectHandle, output: NodeJS.WriteStream, signal: AbortSignal): Promise<void> {
  const show = output.isTTY ? redrawing(output) : appending(output);
  for (;;) {
    const last = signal.aborted;
    let project: LiveProject | null = null;
    try {
      project = await handle.status();
    } catch {
      // The workflow's first task may not have run yet, or the server may be away: the next look tells.
    }
    if (project !== null) show(project);
    if (project?.phase === 'ended' || last) return;
    await delay(INTERVAL, undefined, { signal }).catch(() => undefined);
  }
}

function redrawing(output: NodeJS.WriteStream): (project: LiveProject) => void {
  let drawn = 0;
  return (project) => {
    const colour = output.hasColors() ? COLOURS : NO_COLOURS;
    const lines = drawProject(project, Date.now(), output.columns || 100, colour);
    const up = drawn === 0 ? '' : `\u001b[${drawn}A`;
    output.write(`${up}${lines.map((line) => `\u001b[2K${line}\n`).join('')}\u001b[0J`);
    drawn = lines.length;
  };
}

function appending(output: NodeJS.WriteStream): (project: LiveProject) => void {
  const seen = new Map<string, string>();
  const tell = (key: string, line: string) => {
    if (seen.get(key) === line) return;
    seen.set(key, line);
    output.write(`${line}\n`);
  };
  return ({ projectId, phase, tasks, reviews, budget, control }) => {
    tell('phase', `${phase}: ${budget.spent} of ${budget.total} tokens spent`);
    for (const { order, kind, effect } of control?.orders ?? []) tell(`order ${order}`, `  ${kind}: ${plainText(effect, 500)}`);
    for (const { share, of, at } of control?.thresholds ?? []) {
      tell(`threshold ${of} ${share} ${at}`, `  ${Math.round(share * 100)} % of the ${of === 'tokens' ? 'tokens' : 'dollars'} spent`);
    }
    for (const [index, { words }] of (control?.degradations ?? []).entries()) tell(`less ${index}`, `  made do with less: ${plainText(words, 500)}`);
    const asked = control?.waitsForBudgetSince ?? null;
    if (asked !== null)
      tell(`asked ${asked}`, `  a person is asked: kamachiq raise-budget ${plainText(projectId, 1_000)} --tokens NUMBER --reason TEXT`);
    for (const { id, state, attempt, tokensSpent, score } of tasks) {
      const name = plainText(id, 60);
      if (state === 'running') tell(`task ${id}`, `  ${name}: attempt ${attempt}`);
      else if (state !== 'pending' && state !== 'ready')
        tell(`task ${id}`, `  ${name}: ${state}, ${tokensSpent} tokens${score === null ? '' : `, score ${score.toFixed(2)}`}`);
    }
    for (const id of reviews) tell(`review ${id}`, `  a person is asked: kamachiq review show ${plainText(id, 1_000)}`);
  };
}
