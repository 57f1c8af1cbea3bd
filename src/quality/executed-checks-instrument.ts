import type { QualityInstrument } from '../ports/quality-instrument.js';
import { displayText } from '../report/display-text.js';
import { Criterion } from './quality-rubric.js';

/**
 * Correctness: the share of executed checks that passed. Structural checks are not counted: what can be called is not thereby right; where there are no
 * others it is silent.
 *
 * @public
 */
export const executedChecksInstrument: QualityInstrument = {
  specificationVersion: 1,
  id: 'executed-checks/1',
  criterion: Criterion.CORRECTNESS,
  doMeasure: async ({ checks }) => {
    const counted = checks.filter(({ structural }) => structural !== true);
    if (counted.length === 0) return null;
    const failed = counted.filter(({ passed }) => !passed);
    return {
      score: (counted.length - failed.length) / counted.length,
      evidence: [
        `${counted.length - failed.length} of ${counted.length} checks passed`,
        ...failed.map(({ description, seen }) => displayText(`expected ${description}; it ${seen}`)),
      ],
    };
  },
};
