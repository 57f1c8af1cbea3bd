import { access, appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentContext, AgentOutcome, AgentRequest, AgentRunner } from '../../src/ports/agent-runner.js';
import { until } from './until.js';

/** The file in which agents of all processes write down when they begin and end, in the order in which they do. */
export const logOf = (folder: string): string => join(folder, 'agents.log');

/** While this file is missing, the agents of a project don't end. */
export const gateOf = (folder: string, projectId: string): string => join(folder, `${projectId}.open`);

/** An agent that writes one file, and writes down that it does. */
export class LoggedRunner implements AgentRunner {
  readonly specificationVersion = 1;
  readonly id = 'logged/1';
  readonly #folder: string;
  readonly #place: string;

  /** @param place - The process that it works in. */
  constructor(folder: string, place: string) {
    this.#folder = folder;
    this.#place = place;
  }

  async doRun({ projectId, task }: AgentRequest, { signal }: AgentContext): Promise<AgentOutcome> {
    const write = (what: 'begin' | 'end') => appendFile(logOf(this.#folder), `${what} ${this.#place} ${projectId} ${task.id}\n`);
    await write('begin');
    await until(
      async () =>
        signal.aborted ||
        (await access(gateOf(this.#folder, projectId)).then(
          () => true,
          () => false,
        )),
    );
    await write('end');
    const files = task.writes.map((path) => ({ path, text: `${task.description}\n`, madeBy: { kind: 'template' as const, template: 'logged' } }));
    return { passed: true, files, candidates: 1, checks: [], problems: [] };
  }
}
