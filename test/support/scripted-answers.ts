import type { ModelRequest, ProjectReport } from 'kamachiq';
import type { ProjectResult } from 'kamachiq/workflow';
import type { TemporalFixture } from './temporal.js';

/* What a scripted model answers, and what became of it. */

export const says = ({ messages }: ModelRequest, text: string): boolean => messages.some((message) => message.text.includes(text));

export const isJudgement = (request: ModelRequest): boolean => says(request, 'You review work strictly');

export const judgement = (score: number): string => JSON.stringify({ score, reason: `worth ${score}` });

/** Judges everything well and writes documents; what decides between branches is told by a word. */
export const write = (request: ModelRequest, severity = 'high'): string =>
  isJudgement(request) ? judgement(10) : says(request, 'JSON object') ? JSON.stringify({ severity }) : 'A document.';

export const reportOf = async (temporal: TemporalFixture, { report }: ProjectResult): Promise<ProjectReport> =>
  JSON.parse(Buffer.from(await temporal.artifacts().doGet(report.json)).toString());

export const statesOf = ({
  tasks,
}: {
  readonly tasks: readonly { readonly id: string; readonly state: string }[];
}): Readonly<Record<string, string>> => Object.fromEntries(tasks.map(({ id, state }) => [id, state]));
