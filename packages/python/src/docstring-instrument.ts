import { Criterion, DEFAULT_SANDBOX_LIMITS, findPathProblem, type Observation, type QualityInstrument, type SourceFile } from 'kamachiq';
import { oneLine } from './one-line.js';

/**
 * Measures documentation: the share of public modules, classes and functions that have a docstring. A Markdown file that says something counts as
 * one documented definition more, an empty one as one without. Files are parsed in the sandbox; none of the code runs.
 *
 * Names with a leading underscore are private and not counted, nor is what lies inside of them; a file that doesn't parse, or that no sandbox would
 * take, counts as one definition without documentation. Without Python and Markdown files it says nothing.
 *
 * @public
 */
export function docstringInstrument(): QualityInstrument {
  return {
    specificationVersion: 1,
    id: 'docstrings/1',
    criterion: Criterion.DOCUMENTATION,
    doMeasure: async ({ files, sandbox, signal }) => {
      const modules = files.filter(({ path }) => path.endsWith('.py'));
      const documents = files.filter(({ path }) => path.endsWith('.md'));
      if (modules.length + documents.length === 0) return null;
      const readable = modules.filter(isReadable);
      const unreadable = modules.filter((file) => !isReadable(file));
      const invocations = readable.map(({ path }) => ({ kind: 'inspect', path }) as const);
      const { observations } =
        readable.length === 0
          ? { observations: [] }
          : await sandbox.doRun({ language: 'python', files: readable, invocations, limits: DEFAULT_SANDBOX_LIMITS }, signal);
      const definitions = [
        ...readable.flatMap(({ path }, index) => definitionsOf(path, observations[index])),
        ...unreadable.map(({ path }) => couldNotBeRead(path)),
        ...documents.map(documentOf),
      ];
      const missing = definitions.filter(({ documented }) => !documented);
      const documented = definitions.length - missing.length;
      return {
        score: definitions.length === 0 ? 1 : documented / definitions.length,
        evidence: [
          `${documented} of ${definitions.length} public definitions and documents say what they are`,
          ...missing.map(({ place }) => oneLine(place)),
        ],
      };
    },
  };
}

interface Definition {
  readonly place: string;
  readonly documented: boolean;
}

function definitionsOf(path: string, observation: Observation | undefined): readonly Definition[] {
  if (observation?.status !== 'inspected') return [couldNotBeRead(path)];
  if (observation.syntaxError !== null) return [{ place: `${path}: ${observation.syntaxError}`, documented: false }];
  return observation.definitions
    .filter(({ name }) => !name.split('.').some((part) => part.startsWith('_')))
    .map(({ kind, name, documented, line }) => ({ place: `${path}:${line} ${kind} ${name} has no docstring`, documented }));
}

/** One file that a sandbox refuses has it refuse all of them. */
const isReadable = ({ path, text }: SourceFile): boolean => findPathProblem(path) === null && text.isWellFormed();

const couldNotBeRead = (path: string): Definition => ({ place: `${path}: could not be read`, documented: false });

const documentOf = ({ path, text }: SourceFile): Definition => ({ place: `${path}: is empty`, documented: text.trim() !== '' });
