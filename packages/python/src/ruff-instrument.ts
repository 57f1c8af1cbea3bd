import { Criterion, type QualityInstrument, type SourceFile } from 'kamachiq';
import { oneLine } from './one-line.js';
import { lint, type RuffFinding, ruffVersion } from './ruff.js';

/** Longest file that is looked at, in characters. */
const LONGEST_FILE = 200_000;

/** Most findings that are quoted. */
const MOST_EVIDENCE = 20;

/**
 * Measures the style of Python files with the linter ruff, in this process: pure analysis, none of the code runs.
 *
 * The score is `1 − violations ÷ lines of code`, at least 0, over all Python files together: a violation of pyflakes' rules (`F`: unused and undefined names)
 * counts twice, every other once; blank lines and remarks are no lines of code. A file that doesn't parse counts as many
 * violations as it has lines, and so does one that is longer than 200,000 characters. Without Python files it says nothing.
 *
 * @public
 */
export function ruffInstrument(): QualityInstrument {
  return {
    specificationVersion: 1,
    id: `ruff/${ruffVersion()}`,
    criterion: Criterion.STYLE,
    doMeasure: async ({ files }) => {
      const measured = files.filter(({ path }) => path.endsWith('.py')).map(measureFile);
      if (measured.length === 0) return null;
      const lines = measured.reduce((total, file) => total + file.lines, 0);
      const violations = measured.reduce((total, file) => total + file.violations, 0);
      const evidence = measured.flatMap((file) => file.evidence.map(oneLine));
      const counted = `${evidence.length} findings in ${lines} lines of code of ${measured.length} files`;
      return { score: lines === 0 ? 1 : Math.max(0, 1 - violations / lines), evidence: [counted, ...evidence.slice(0, MOST_EVIDENCE)] };
    },
  };
}

function measureFile({ path, text }: SourceFile): { readonly lines: number; readonly violations: number; readonly evidence: readonly string[] } {
  const lines = text.split('\n').filter((line) => /^\s*[^\s#]/.test(line)).length;
  if (text.length > LONGEST_FILE) return { lines, violations: lines, evidence: [`${path}: longer than ${LONGEST_FILE} characters`] };
  const findings = lint(text);
  if (findings === null) return { lines, violations: lines, evidence: [`${path}: too deeply nested to be analysed`] };
  const evidence = findings.map(({ code, message, line }) => `${path}:${line} ${code} ${message}`);
  const broken = findings.some(({ code }) => code === 'invalid-syntax');
  return {
    lines,
    violations: broken
      ? lines
      : Math.min(
          lines,
          findings.reduce((total, finding) => total + weightOf(finding), 0),
        ),
    evidence,
  };
}

const weightOf = ({ code }: RuffFinding): number => (code.startsWith('F') ? 2 : 1);
