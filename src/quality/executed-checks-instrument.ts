import type { QualityInstrument } from '../ports/quality-instrument.js';
import { Criterion } from './quality-rubric.js';

/** Correctness: the share of executed checks that passed; silent where there were none. @public */
export const executedChecksInstrument: QualityInstrument = {
  specificationVersion: 1,
  id: 'executed-checks/1',
  criterion: Criterion.CORRECTNESS,
  doMeasure: async ({ checks }) => {
    if (checks.length === 0) return null;
    const failed = checks.filter(({ passed }) => !passed);
    return {
      score: (checks.length - failed.length) / checks.length,
      evidence: [
        `${checks.length - failed.length} of ${checks.length} checks passed`,
        ...failed.map(({ description, seen }) => `expected ${description}; it ${seen}`),
      ],
    };
  },
};
