import type { InputFinding } from './input-finding.js';
import { KamachiqError } from './kamachiq-error.js';

/** Input that was refused at the edge, with everything that is wrong with it. @public */
export class InvalidInputError extends KamachiqError {
  readonly findings: readonly InputFinding[];

  /** @param subject - What was read, as the reader knows it. Example: `examples/simple_cli.yaml`. */
  constructor(subject: string, findings: readonly InputFinding[], code = 'input.invalid') {
    super({
      code,
      message: `${subject} has ${findings.length} ${findings.length === 1 ? 'problem' : 'problems'}: ${describeFindings(findings)}`,
      remedy: 'Correct every place named and try again; nothing was done.',
      context: { findings },
    });
    this.name = 'InvalidInputError';
    this.findings = findings;
  }
}

/** One line for a person: place, what was expected, what came. @public */
export function describeFinding({ path, expected, got, line, column }: InputFinding): string {
  const place = path === '' ? 'the document' : path;
  return `${place}${line === undefined ? '' : ` (line ${line}, column ${column ?? 1})`}: expected ${expected}, got ${got}`;
}

/** More than these make a message that nobody reads; all of them are in `findings`. */
const mostDescribed = 20;

function describeFindings(findings: readonly InputFinding[]): string {
  const described = findings.slice(0, mostDescribed).map(describeFinding).join('; ');
  return findings.length > mostDescribed ? `${described}; and ${findings.length - mostDescribed} more` : described;
}
