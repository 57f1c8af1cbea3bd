import { InvalidInputError } from 'kamachiq';
import type { GraphPicture, PicturedTask } from 'kamachiq/report';
import { parseTaskGraph } from 'kamachiq/spec';
import { usageError } from './usage-error.js';

/**
 * The picture of a project by its report: tasks as strictly as those of a plan, and of what became of them whatever is there.
 *
 * @throws InvalidInputError; KamachiqError `cli.no-tasks`
 */
export function pictureOfReportFile(report: Readonly<Record<string, unknown>>, name: string): GraphPicture {
  const tasks = (report.tasks as readonly unknown[]).map(asMapping);
  if (tasks.length === 0)
    throw usageError(
      'no-tasks',
      `Expected the report of a project that came to have tasks, got one without any: ${name}.`,
      'Read in it why the project ended.',
    );
  const read = parseTaskGraph({ formatVersion: 1, nodes: tasks.map(({ node }) => node) });
  if (!read.ok) {
    const findings = read.findings.map((finding) => ({ ...finding, path: finding.path.replace(/^nodes(\[\d+\])/, 'tasks$1.node') }));
    throw new InvalidInputError(name, findings);
  }
  const { criticalPath } = asMapping(report.schedule);
  return {
    tasks: read.graph.nodes.map((node, index): PicturedTask => {
      const { state, tokensSpent, verdict } = tasks[index]!;
      return {
        node,
        // Shown as unknown where it is none.
        state: (typeof state === 'string' ? state : '') as NonNullable<PicturedTask['state']>,
        tokensSpent: typeof tokensSpent === 'number' ? tokensSpent : 0,
        verdict: pickVerdict(verdict),
      };
    }),
    criticalPath: Array.isArray(criticalPath) ? criticalPath.filter((id) => typeof id === 'string') : [],
  };
}

function pickVerdict(verdict: unknown): NonNullable<PicturedTask['verdict']> | null {
  const { score, threshold } = asMapping(verdict);
  return typeof threshold === 'number' && (typeof score === 'number' || score === null) ? { score, threshold } : null;
}

const asMapping = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
