import { pyodideSandbox } from '@kamachiq/sandbox';
import type { PlantedFault, Sandbox, SandboxRequest, SourceFile } from 'kamachiq';
import { afterAll, describe, expect, it } from 'vitest';
import { runPlantedFaults } from '../../src/worker/run-planted-faults.js';

const pyodide = pyodideSandbox();
afterAll(() => pyodide.doClose?.());

/** The real sandbox, with a list of what it was asked. */
function listening(): { readonly sandbox: Sandbox; readonly requests: readonly SandboxRequest[] } {
  const requests: SandboxRequest[] = [];
  const { id, languages } = pyodide;
  const doRun: Sandbox['doRun'] = (request, signal) => {
    requests.push(request);
    return pyodide.doRun(request, signal);
  };
  return { sandbox: { specificationVersion: 1, id, languages, doRun }, requests };
}

const COUNT = 14;
const numbers = Array.from({ length: COUNT }, (_, index) => index);
const moduleOf = (index: number, added: number): SourceFile => ({
  path: `steps/step_${index}.py`,
  text: `def step_${index}(number):\n    return number + ${added}\n`,
});
const suiteOf = (head: string, tested: readonly number[]): SourceFile => ({
  path: 'tests/test_steps.py',
  role: 'tests',
  text: `import unittest\n${head}${tested.map((index) => `from steps.step_${index} import step_${index}\n`).join('')}
class StepsTest(unittest.TestCase):
${tested.map((index) => `    def test_step_${index}(self):\n        self.assertEqual(step_${index}(1), ${index + 1})\n`).join('')}`,
});
const projectWith = (suite: SourceFile): readonly SourceFile[] => [
  { path: 'steps/__init__.py', text: '' },
  { path: 'tests/__init__.py', text: '', role: 'tests' },
  { path: 'data.txt', text: 'here' },
  ...numbers.map((index) => moduleOf(index, index)),
  suite,
];
const faultsIn = (files: readonly SourceFile[], text = (index: number) => moduleOf(index, index + 1).text): readonly PlantedFault[] =>
  numbers.map((index) => ({
    description: `step_${index} is wrong`,
    files: files.map((file) => (file.path === moduleOf(index, 0).path ? { ...file, text: text(index) } : file)),
  }));

const plant = async (files: readonly SourceFile[], faults: readonly PlantedFault[], timeMilliseconds = 120_000) => {
  const { sandbox, requests } = listening();
  const signal = new AbortController().signal;
  const outcomes = await runPlantedFaults({ sandbox, language: 'python', directory: 'tests', files, faults, signal, timeMilliseconds });
  return { outcomes, requests };
};

describe('planted faults', () => {
  it('share sandboxes, and every one is told by the suite', async () => {
    const files = projectWith(suiteOf('', numbers));
    const { outcomes, requests } = await plant(files, faultsIn(files));
    expect(outcomes.map(({ id }) => id)).toEqual(numbers.map((index) => `fault-${index + 1}`));
    for (const [index, { passed, seen, description }] of outcomes.entries()) {
      expect({ passed, description }).toEqual({ passed: true, description: `the test suite fails when step_${index} is wrong` });
      expect(seen).toMatch(new RegExp(`^${COUNT - 1} tests passed, 1 failed: tests\\.test_steps\\.StepsTest\\.test_step_${index}\\n`));
      expect(seen).not.toContain('copy_');
    }
    expect(requests).toHaveLength(2);
  });

  it('that the suite does not notice are told, and only those', async () => {
    const files = projectWith(suiteOf('', numbers.slice(0, -2)));
    const { outcomes } = await plant(files, faultsIn(files));
    expect(outcomes.filter(({ passed }) => !passed).map(({ id }) => id)).toEqual(['fault-13', 'fault-14']);
  });

  it('are tried one by one where the suite passes only in its own place', async () => {
    const files = projectWith(suiteOf("assert open('/project/data.txt').read() == 'here'\n", numbers.slice(0, -1)));
    const { outcomes, requests } = await plant(files, faultsIn(files));
    expect(outcomes.filter(({ passed }) => !passed).map(({ id }) => id)).toEqual(['fault-14']);
    expect(requests.length).toBeGreaterThanOrEqual(COUNT + 1);
  });

  it('that end or spoil the interpreter decide nothing about the others', async () => {
    const files = projectWith(suiteOf('', numbers.slice(0, -1)));
    // From then on one test fails and all others pass, whatever they test.
    const spoiling = 'import unittest\nunittest.TestCase.assertEqual = lambda self, seen, expected: 1 / (expected - 2)\ndef step_0(number): pass\n';
    const ending = 'import os\nos._exit(0)\n';
    const sound = 1;
    const text = (index: number) => (index === 0 ? spoiling : index === 12 ? ending : moduleOf(index, index === sound ? index : index + 1).text);
    const { outcomes } = await plant(files, faultsIn(files, text));
    expect(outcomes.filter(({ passed }) => !passed).map(({ id, seen }) => [id, seen.slice(0, 30)])).toEqual([
      ['fault-2', `${COUNT - 1} tests passed, 0 failed`],
      ['fault-13', 'was stopped (crash): the inter'],
      ['fault-14', `${COUNT - 1} tests passed, 0 failed`],
    ]);
  });

  it('for which there is no time are not judged, and their number is told', async () => {
    const files = projectWith(suiteOf('', numbers));
    const { outcomes, requests } = await plant(files, faultsIn(files), 0);
    expect(requests).toEqual([]);
    expect(outcomes).toMatchObject([{ id: 'faults', passed: true, structural: true, seen: expect.stringContaining(`0 of ${COUNT} faults`) }]);
  });

  it('end with the first sandbox that can not be had', async () => {
    const files = projectWith(suiteOf('', numbers));
    const controller = new AbortController();
    controller.abort();
    const run = runPlantedFaults({
      sandbox: pyodide,
      language: 'python',
      directory: 'tests',
      files,
      faults: faultsIn(files),
      signal: controller.signal,
      timeMilliseconds: 120_000,
    });
    await expect(run).rejects.toMatchObject({ code: 'sandbox.cancelled' });
  });
});
