import type { FileOrigin } from 'kamachiq';
import { plainText } from './plain-text.js';

/** Who made a file, for people. Examples: `local/smollm2-135m-instruct-q4_1, candidate 2`, `template python-readme/1`. */
export const describeOrigin = (madeBy: FileOrigin): string =>
  plainText(madeBy.kind === 'model' ? `${madeBy.model}, candidate ${madeBy.candidates}` : `template ${madeBy.template}`, 200);
