import type { ProjectSpec } from '../planning/project-spec.js';
import type { SampledTaskTemplate } from '../planning/task-template.js';
import type { AgentRequest } from '../ports/agent-runner.js';
import { isWithinPath } from '../ports/project-path.js';
import type { SourceFile } from '../ports/source-file.js';
import type { ContextCut, ContextSection } from '../report/attempt-context.js';
import { type CuttableSection, cutToLimit } from './cut-to-limit.js';
import type { MeteredModel } from './metered-model.js';
import type { Persona } from './persona.js';
import { splitPieces } from './split-pieces.js';
import { promptRequestOf } from './template-request.js';

/** What is cut last has the most. Within a section the beginning stays: the first lines of a file, the best of the notes. */
const RELEVANCE = { feedback: 90, constraints: 80, goals: 70, persona: 60, declaredFile: 50, context: 40, otherFile: 30, notes: 20 } as const;

/** Pieces that stay as long as anything else can go. */
const MINIMUM = { feedback: 3, constraints: 5, goals: 1, persona: 1, declaredFile: 0, context: 0, otherFile: 0, notes: 0 } as const;

/** Part of the room that is kept for an answer, where the longest worth paying for does not take less. */
const ANSWER_SHARE = 1 / 4;

/** Most files named that are left out. */
const NAMED_FILES = 10;

/** The part of an attempt’s request that its context makes up. */
export type TaskContext = Required<Pick<AgentRequest, 'instructions' | 'feedback' | 'notes' | 'shownFiles'>>;

/** What a context is made of, whole. */
export interface TaskContextParts {
  readonly persona: Persona | null;
  readonly spec: ProjectSpec;
  readonly feedback: readonly string[];
  /** Notes on earlier tasks, the most fitting first, in one line each. */
  readonly notes: readonly string[];
  readonly files: readonly SourceFile[];
}

/** The context as it is where there is room for all of it: persona, goals, constraints and context as instructions, everything else beside them. */
export const wholeContext = (parts: TaskContextParts): TaskContext => render(parts, sectionsOf(parts, NO_PATHS), null);

/**
 * The context of one task, cut so that the prompt leaves room for an answer: it takes no more than the model attends to and the hold pays for, less
 * the longest answer that its template asks for or a quarter of that room, whichever is less. A prompt that takes no more is as it was.
 *
 * Cut in the order of relevance: notes, files that the task neither reads nor writes, the project's context, files that it does, persona, goals,
 * constraints, feedback; the last four down to a minimum first. What is left out is said in the instructions. What the task is, its inputs and its
 * criteria are the template's and are never cut.
 *
 * @param request - The attempt, without its context. Its terms may leave it less room.
 */
export async function fitContext(
  parts: TaskContextParts,
  request: Omit<AgentRequest, keyof TaskContext> & { readonly template: SampledTaskTemplate },
  model: MeteredModel,
): Promise<{ readonly context: TaskContext; readonly cuts: readonly ContextCut[] }> {
  const { task, template } = request;
  const sections = sectionsOf(parts, [...(task.reads ?? []), ...task.writes]);
  const promptWith = (context: TaskContext) => template.prompt(promptRequestOf({ ...request, ...context }), null);
  const whole = render(parts, sections, null);
  const room = Math.floor(Math.min(model.available, model.contextTokens) * (request.terms?.contextShare ?? 1));
  const limit = room - Math.min(promptWith(whole).maxOutputTokens, Math.floor(room * ANSWER_SHARE));
  const kept = await cutToLimit(sections, limit, (pieces) => model.countTokens(promptWith(render(parts, sections, pieces))));
  return { context: render(parts, sections, kept), cuts: await describeCuts(sections, kept, model) };
}

const NO_PATHS: readonly string[] = [];

interface Section extends CuttableSection {
  readonly name: ContextSection;
  readonly texts: readonly string[];
}

function sectionsOf({ persona, spec, feedback, notes, files }: TaskContextParts, declared: readonly string[]): readonly Section[] {
  const make = (name: ContextSection, key: keyof typeof RELEVANCE, texts: readonly string[]): Section => ({
    name,
    texts,
    pieces: texts.map(({ length }) => length),
    relevance: RELEVANCE[key],
    minimum: MINIMUM[key],
  });
  return [
    make('persona', 'persona', splitPieces(persona?.instructions ?? '')),
    make('goals', 'goals', splitPieces(bullets(spec.goals))),
    make('constraints', 'constraints', splitPieces(bullets(spec.constraints))),
    make('context', 'context', splitPieces(spec.context)),
    make('feedback', 'feedback', feedback),
    make('notes', 'notes', notes),
    ...files.map(({ path, text }) =>
      make('files', declared.some((asked) => isWithinPath(path, asked)) ? 'declaredFile' : 'otherFile', splitPieces(text)),
    ),
  ];
}

/** How many of a context's sections are not files. */
const FIXED_SECTIONS = 6;

/** @param kept - Pieces kept of each section; null for all. */
function render({ files }: TaskContextParts, sections: readonly Section[], kept: readonly number[] | null): TaskContext {
  const keptOf = (index: number) => kept?.[index] ?? sections[index]!.texts.length;
  const [persona, goals, constraints, context] = [0, 1, 2, 3].map((index) => cutText(sections[index]!.texts, keptOf(index)));
  const [feedback, notes] = [4, 5].map((index) => sections[index]!.texts.slice(0, keptOf(index)));
  const shown = files.map((file, index) => ({ file, text: cutText(sections[FIXED_SECTIONS + index]!.texts, keptOf(FIXED_SECTIONS + index)) }));
  const instructions = [
    persona!,
    goals === '' ? '' : `The project's goals:\n${goals}`,
    constraints === '' ? '' : `Constraints:\n${constraints}`,
    context === '' ? '' : `Context:\n${context}`,
    describeLeftOut(files, sections, keptOf),
  ];
  return {
    instructions: instructions.filter((section) => section !== '').join('\n\n'),
    feedback: feedback!,
    notes: notes!,
    shownFiles: shown.flatMap(({ file, text }) => (text === '' && file.text !== '' ? [] : [text === file.text ? file : { ...file, text }])),
  };
}

const CUT_HERE = '(cut here for want of room)';

function cutText(texts: readonly string[], kept: number): string {
  if (kept === texts.length) return texts.join('');
  return kept === 0 ? '' : `${texts.slice(0, kept).join('').trimEnd()}\n${CUT_HERE}`;
}

/** What is missing without a trace where it would stand. */
function describeLeftOut(files: readonly SourceFile[], sections: readonly Section[], keptOf: (index: number) => number): string {
  const left: string[] = [];
  for (const index of [0, 1, 2, 3]) if (keptOf(index) === 0 && sections[index]!.texts.length > 0) left.push(`the ${sections[index]!.name}`);
  for (const [index, plural] of [
    [4, 'remarks on earlier work'],
    [5, 'notes on earlier tasks'],
  ] as const) {
    const { length } = sections[index]!.texts;
    if (keptOf(index) < length) left.push(`${length - keptOf(index)} of ${length} ${plural}`);
  }
  const gone = files.filter((_, index) => keptOf(FIXED_SECTIONS + index) === 0 && sections[FIXED_SECTIONS + index]!.texts.length > 0);
  const named = gone.slice(0, NAMED_FILES).map(({ path }) => path);
  if (gone.length > 0)
    left.push(`${gone.length === 1 ? 'the file' : `${gone.length} files:`} ${[...named, ...(gone.length > NAMED_FILES ? ['…'] : [])].join(', ')}`);
  return left.length === 0 ? '' : `Left out for want of room: ${left.join('; ')}.`;
}

async function describeCuts(sections: readonly Section[], kept: readonly number[], model: MeteredModel): Promise<readonly ContextCut[]> {
  const cuts: ContextCut[] = [];
  for (const name of new Set(sections.map((section) => section.name))) {
    const own = sections.map((section, index) => ({ section, kept: kept[index]! })).filter(({ section }) => section.name === name);
    const pieces = own.reduce((sum, { section }) => sum + section.texts.length, 0);
    const piecesKept = own.reduce((sum, entry) => sum + entry.kept, 0);
    if (piecesKept === pieces) continue;
    const tokensOf = (texts: readonly string[]) => model.countTokens({ messages: [{ role: 'user', text: texts.join('\n') }], maxOutputTokens: 1 });
    const whole = await tokensOf(own.map(({ section }) => section.texts.join('')));
    const left = await tokensOf(own.map(({ section, kept: own }) => section.texts.slice(0, own).join('')));
    cuts.push({ section: name, pieces, piecesKept, tokensCut: Math.max(0, whole - left) });
  }
  return cuts;
}

const bullets = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n');
