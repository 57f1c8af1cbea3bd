import type { InputFinding } from './input-finding.js';
import { KamachiqError } from './kamachiq-error.js';

/** Input that was refused at the edge, with everything that is wrong with it. @public */
export class InvalidInputError extends KamachiqError {
  readonly findings: readonly InputFinding[];

  /** @param subject - What was read, as the reader knows it. Example: `examples/simple_cli.yaml`. */
  constructor(subject: string, findings: readonly InputFinding[], code = 'input.invalid') {
    super({
      code,
      message: `${subject} has ${findings.length} ${findings.length === 1 ? 'problem' : 'problems'}: ${findings.map(describeFinding).join('; ')}`,
      remedy: 'Correct every place named and try again; nothing was started.',
      context: { findings },
    });
    this.name = 'InvalidInputError';
    this.findings = findings;
  }
}

/** One line for a person: place, what was expected, what came. @public */
export function describeFinding({ path, expected, got }: InputFinding): string {
  return `${path === '' ? 'the document' : path}: expected ${expected}, got ${got}`;
}
