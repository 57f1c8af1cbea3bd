import { describeFinding, InvalidInputError, KamachiqError } from 'kamachiq';
import { plainText } from './plain-text.js';

/** Characters of one line that tells of an error. */
const LONGEST_LINE = 2_000;

/** Exit code for what the caller can put right, and for everything else. */
const CALLER_CAN_MEND = 2;
const FAILED = 1;

/**
 * Tells an error on standard error: several findings of an input on a line each, anything else in one line.
 *
 * @returns The exit code.
 */
export function tellError(error: unknown, output: NodeJS.WritableStream = process.stderr): number {
  const say = (line: string) => output.write(`${plainText(line, LONGEST_LINE)}\n`);
  if (error instanceof InvalidInputError) {
    const [only, ...others] = error.findings;
    // The subject ends where the message begins to list the findings.
    const subject = /^.*?(?= has \d+ problems?: )/su.exec(error.message)?.[0] ?? '';
    if (only !== undefined && others.length === 0) {
      say(`${subject}: ${describeFinding(only).replace(/^the document: /, '')}. ${error.remedy} (${error.code})`);
    } else {
      say(`${subject} has ${error.findings.length} problems`);
      for (const finding of error.findings) say(`  ${describeFinding(finding)}`);
      say(`${error.remedy} (${error.code})`);
    }
  } else if (KamachiqError.isInstance(error)) say(`${error.message} ${error.remedy} (${error.code})`);
  else say(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  if (process.env.KAMACHIQ_LOG === 'debug' && error instanceof Error) output.write(`${error.stack ?? ''}\n`);
  return KamachiqError.isInstance(error) ? CALLER_CAN_MEND : FAILED;
}
