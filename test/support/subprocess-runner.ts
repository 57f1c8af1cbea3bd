import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  type AgentContext,
  type AgentOutcome,
  type AgentRequest,
  type AgentRunner,
  BudgetExceededError,
  examineOutcome,
  KamachiqError,
  type ModelRequest,
  type SourceFile,
} from 'kamachiq';

/** What the agent says, a line each; it is believed in nothing. */
interface AgentMessage {
  readonly ask?: ModelRequest;
  readonly made?: readonly SourceFile[];
}

const AGENT = fileURLToPath(new URL('./subprocess-agent.mjs', import.meta.url));

/** Runs an agent that is a program: it asks for every call of the model, and hands over its files to be examined. */
export class SubprocessRunner implements AgentRunner {
  readonly specificationVersion = 1;
  readonly id = 'subprocess/1';

  async doRun(request: AgentRequest, context: AgentContext): Promise<AgentOutcome> {
    if (context.signal.aborted) throw ended('it was cancelled before it began');
    const agent = spawn(process.execPath, [AGENT], { stdio: ['pipe', 'pipe', 'inherit'], env: {} });
    // Who is told too late has gone: its end is heard where its lines end.
    agent.stdin.on('error', () => undefined);
    const stop = () => agent.kill('SIGKILL');
    context.signal.addEventListener('abort', stop);
    try {
      return await converse(agent, request, context);
    } finally {
      context.signal.removeEventListener('abort', stop);
      stop();
      if (agent.exitCode === null && agent.signalCode === null) await once(agent, 'exit');
    }
  }
}

async function converse(agent: ChildProcess, request: AgentRequest, context: AgentContext): Promise<AgentOutcome> {
  const tell = (message: object) => agent.stdin!.write(`${JSON.stringify(message)}\n`);
  const { task, instructions, template } = request;
  let best: AgentOutcome = { passed: false, files: [], candidates: 0, checks: [], problems: [] };
  tell({ task, instructions });
  try {
    for await (const line of createInterface({ input: agent.stdout! })) {
      const { ask, made = [] } = JSON.parse(line) as AgentMessage;
      if (ask !== undefined) {
        tell({ said: (await context.model.generate(ask, context.signal)).text });
        continue;
      }
      const madeBy = {
        kind: 'model',
        model: context.model.id,
        template: `${template.name}/${template.version}`,
        candidates: best.candidates + 1,
      } as const;
      const { outcome } = await examineOutcome({ files: made, problems: [] }, { madeBy, candidates: best.candidates + 1 }, request, context);
      if (outcome.passed) return outcome;
      best = outcome;
      if (best.candidates >= (request.terms?.maximumCandidates ?? Number.POSITIVE_INFINITY)) return best;
      tell({ problems: outcome.problems });
    }
  } catch (error) {
    if (!(error instanceof BudgetExceededError)) throw error;
    return { ...best, problems: [...best.problems, error.message] };
  }
  throw ended('its process came to an end');
}

const ended = (why: string) =>
  new KamachiqError({
    code: 'agent.ended',
    message: `Expected an agent that works, got one that does not: ${why}.`,
    remedy: 'Look at what it wrote.',
  });
