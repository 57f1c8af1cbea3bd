import type { CancellationSignal } from '../ports/language-model.js';
import type { Sandbox, SandboxLimits } from '../ports/sandbox.js';
import type { SourceFile } from '../ports/source-file.js';
import type { Check, CheckOutcome } from './check.js';
import { judgeObservation } from './judge-observation.js';

/** Ten seconds, 384 MiB, 20,000 characters: enough for checks of small programs, too little to hurt. @public */
export const DEFAULT_SANDBOX_LIMITS: SandboxLimits = { wallMilliseconds: 10_000, memoryBytes: 384 * 1024 * 1024, outputCharacters: 20_000 };

/** Executes checks on files in one fresh sandbox and compares in the host. The outcomes stand in the order of the checks. @public */
export async function runChecks(options: {
  readonly sandbox: Sandbox;
  readonly language: string;
  readonly files: readonly SourceFile[];
  readonly checks: readonly Check[];
  readonly signal: CancellationSignal;
  readonly limits?: SandboxLimits;
}): Promise<readonly CheckOutcome[]> {
  const { sandbox, language, files, checks, signal, limits = DEFAULT_SANDBOX_LIMITS } = options;
  if (checks.length === 0) return [];
  const invocations = checks.map(({ invocation }) => invocation);
  const { observations } = await sandbox.doRun({ language, files, invocations, limits }, signal);
  return checks.map((check, index) => {
    const observation = observations[index] ?? { status: 'stopped', reason: 'not-started', detail: 'the sandbox did not answer' };
    return judgeObservation(check, observation);
  });
}
