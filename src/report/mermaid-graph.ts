import { displayName, fitText } from './display-text.js';
import { formatCount, formatNumbered } from './format-quantity.js';
import type { ProjectReport } from './project-report.js';
import { appearanceOfState } from './state-appearance.js';

/** Renderers of Mermaid refuse much larger ones. */
const MOST_TASKS = 150;
const MOST_DEPENDENCIES = 400;

/**
 * Draws the tasks and their states for Mermaid, in a fenced block; the critical path is thick.
 *
 * Graphs of more than 150 tasks or 400 dependencies are not drawn, which is said.
 *
 * @internal
 */
export function renderMermaidGraph({ tasks, schedule }: Pick<ProjectReport, 'tasks' | 'schedule'>): string {
  const names = new Map(tasks.map(({ node }, index) => [node.id, `t${index}`]));
  const edges = tasks.flatMap(({ node }) => [...new Set(node.dependencies)].filter((id) => names.has(id)).map((from) => ({ from, to: node.id })));
  if (tasks.length === 0) return 'There are no tasks to draw.';
  if (tasks.length > MOST_TASKS || edges.length > MOST_DEPENDENCIES) {
    return `${formatNumbered(tasks.length, 'task')} with ${formatNumbered(edges.length, 'dependency', 'dependencies')}: too many to draw.`;
  }

  const { criticalPath } = schedule;
  const next = new Map(criticalPath.map((id, index) => [id, criticalPath[index + 1]]));
  const lines = ['```mermaid', 'flowchart LR'];
  for (const [index, task] of tasks.entries()) {
    const { label, sign, tone } = appearanceOfState(task.state);
    const tokens = task.tokensSpent > 0 ? `, ${formatCount(task.tokensSpent)} tokens` : '';
    lines.push(`  t${index}["${encodeLabel(`${sign} ${fitText(displayName(task.node.id), 40)}`)}<br>${encodeLabel(`${label}${tokens}`)}"]:::${tone}`);
  }
  for (const { from, to } of edges) lines.push(`  ${names.get(from)!} ${next.get(from) === to ? '==>' : '-->'} ${names.get(to)!}`);
  lines.push(
    '  classDef good stroke:#18794a,stroke-width:2px',
    '  classDef bad stroke:#c0342b,stroke-width:2px,stroke-dasharray:6 2',
    '  classDef warn stroke:#8f5f00,stroke-width:2px,stroke-dasharray:2 2',
    '  classDef info stroke:#2459b8,stroke-width:2px',
    '  classDef idle stroke:#666b74',
    '```',
  );
  return lines.join('\n');
}

/** Everything but letters, digits and a few signs as Mermaid's numeric entities, so that no label ends its quotes or its block. */
function encodeLabel(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N} ,.\-/✓✗●○◌◆–⊘■…]/gu, (character) => `#${character.codePointAt(0)};`);
}
