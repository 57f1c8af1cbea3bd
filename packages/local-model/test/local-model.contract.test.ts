import { describeLanguageModel } from 'kamachiq/testing';
import { afterAll, describe, it } from 'vitest';
import { localModel } from '../src/index.js';
import { modelFile } from './support/model-file.js';

describeLanguageModel({ describe, it, afterAll }, () => localModel({ modelFile: modelFile(), contextTokens: 2048 }), {
  seedsMatter: true,
  schemaWithPrefix: true,
});
