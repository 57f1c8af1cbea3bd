import type { QualityInstrument } from '../ports/quality-instrument.js';
import { displayText } from '../report/display-text.js';
import { Criterion } from './quality-rubric.js';

/** Completeness of a task: the share of the files it declared that are there and not empty. @public */
export const deliverablesInstrument: QualityInstrument = {
  specificationVersion: 1,
  id: 'deliverables/1',
  criterion: Criterion.COMPLETENESS,
  doMeasure: async ({ writes, files }) => {
    if (writes.length === 0) return null;
    const present = new Set(files.filter(({ text }) => text.trim() !== '').map(({ path }) => path));
    const missing = writes.filter((path) => !present.has(path));
    return {
      score: (writes.length - missing.length) / writes.length,
      evidence:
        missing.length === 0
          ? [`${writes.length} of ${writes.length} files are there`]
          : missing.map((path) => `${displayText(path)} is missing or empty`),
    };
  },
};
