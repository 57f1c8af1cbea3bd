import type { SourceFile } from '../ports/source-file.js';
import type { SampledTaskTemplate, TemplateRequest } from './task-template.js';

/** Longest document a model is asked for, in tokens. */
const LONGEST_DOCUMENT = 2_048;

/**
 * Carries out a task that names no template: the model writes each declared file after a line that names it. What it writes is reviewed,
 * not executed, so it suits documents and capable models.
 *
 * @public
 */
export const freeFormTemplate: SampledTaskTemplate = {
  kind: 'sampled',
  name: 'free-form',
  version: '1',
  language: 'text',
  findInputProblems: () => [],
  checks: () => [],
  prompt: (request, failure) => ({
    messages: [
      { role: 'system', text: request.instructions },
      { role: 'user', text: describeTask(request) },
      ...(failure === null
        ? []
        : ([
            { role: 'assistant', text: failure.answer },
            { role: 'user', text: `That was not right: ${failure.problems.join('; ')}. Answer again, complete.` },
          ] as const)),
    ],
    maxOutputTokens: LONGEST_DOCUMENT,
  }),
  assemble: (answer, { writes }) => {
    const files = splitFiles(answer, writes);
    return files.length > 0 ? { files, problems: [] } : { files, problems: ['the answer holds no text'] };
  },
};

function describeTask({ description, writes, successCriteria, feedback, files }: TemplateRequest): string {
  const sections = [
    `Task: ${description}`,
    list('It is done when', successCriteria),
    list('A reviewer said of the last version', feedback),
    ...files.map(({ path, text }) => `File ${path}:\n${text}`),
    writes.length > 1
      ? `Write these files, each after a line "=== PATH ===" of its own, and nothing else: ${writes.join(', ')}`
      : `Answer with the full content of ${writes[0] ?? 'the document'} and nothing else.`,
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

const list = (title: string, lines: readonly string[]) => (lines.length === 0 ? '' : `${title}:\n${lines.map((line) => `- ${line}`).join('\n')}`);

function splitFiles(answer: string, paths: readonly string[]): readonly SourceFile[] {
  if (paths.length === 1) {
    const text = withoutFence(answer);
    return says(text) ? [{ path: paths[0]!, text: `${text}\n` }] : [];
  }
  const files: SourceFile[] = [];
  const parts = answer.split(/^=== (.{1,200}) ===$/m);
  for (let index = 1; index + 1 < parts.length; index += 2) {
    const text = withoutFence(parts[index + 1]!);
    if (says(text)) files.push({ path: parts[index]!.trim(), text: `${text}\n` });
  }
  return files;
}

/** Whether a file holds more than white space, characters that don't show, and fences around nothing. */
const says = (text: string): boolean => /[^\s\p{Cc}\p{Cf}]/u.test(text.replaceAll(/^```.*$/gm, ''));

/** Models like to wrap a file in a code fence; the fence is not part of it. */
function withoutFence(text: string): string {
  const trimmed = text.trim();
  const lines = trimmed.split('\n');
  const fenced = lines.length >= 2 && lines[0]!.startsWith('```') && lines.at(-1) === '```';
  return fenced ? lines.slice(1, -1).join('\n').trim() : trimmed;
}
