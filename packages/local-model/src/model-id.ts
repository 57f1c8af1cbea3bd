import { basename } from 'node:path';

/**
 * Names a model after its file, lower case: `local/smollm2-135m-instruct-q4_1`.
 *
 * The file's name and not its metadata, which says nothing of the quantization and is often a training run's title; renaming the file renames the model.
 */
export function modelId(modelFile: string): string {
  const name = basename(modelFile)
    .toLowerCase()
    .replace(/\.gguf$/, '')
    .replace(/-\d{5}-of-\d{5}$/, '')
    .replace(/[.-](?=(?:i?q\d|f16|f32|bf16)[a-z0-9_]*$)/, '-')
    .replace(/[^a-z0-9._-]+/g, '-');
  return `local/${name}`;
}
