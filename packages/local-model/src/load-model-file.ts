import { open } from 'node:fs/promises';
import { KamachiqError, ModelCallError } from 'kamachiq';
import { getLlama, InsufficientMemoryError, type Llama, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';

/**
 * Loads a GGUF file into memory, on the CPU.
 *
 * @throws KamachiqError `model.file-unreadable` for a file that is missing, is not GGUF, or is cut short; ModelCallError `model.unavailable` where this
 * system has no build of the engine or too little memory.
 */
export async function loadModelFile(modelFile: string): Promise<LlamaModel> {
  await checkIsGguf(modelFile);
  const llama = await openEngine();
  try {
    return await llama.loadModel({ modelPath: modelFile, gpuLayers: 0 });
  } catch (cause) {
    if (cause instanceof InsufficientMemoryError) throw tooLittleMemory(modelFile, cause);
    throw unreadable(modelFile, 'it is damaged, cut short, or of an architecture that the engine does not know', cause);
  }
}

/** The error for a model or context that does not fit into memory. */
export function tooLittleMemory(modelFile: string, cause: unknown): ModelCallError {
  return new ModelCallError({
    code: 'model.unavailable',
    message: `${modelFile} does not fit into the memory that is free: ${messageOf(cause)}.`,
    remedy: 'Free memory, lower contextTokens or parallelSequences, or choose a smaller model.',
    cause,
  });
}

async function checkIsGguf(modelFile: string): Promise<void> {
  // Read from a variable that is not set, it is no text, whatever its type says.
  if (typeof modelFile !== 'string' || modelFile === '') {
    throw new KamachiqError({
      code: 'model.file-unreadable',
      message: `Expected modelFile to name a model in GGUF form, got ${modelFile === '' ? 'an empty text' : String(modelFile)}.`,
      remedy: 'Set the environment variable that it is read from, such as KAMACHIQ_MODEL_FILE, to the path of a GGUF file.',
    });
  }
  const magic = Buffer.alloc(4);
  try {
    const file = await open(modelFile);
    try {
      await file.read(magic, 0, 4, 0);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw unreadable(modelFile, messageOf(cause), cause);
  }
  if (magic.toString('latin1') !== 'GGUF') throw unreadable(modelFile, 'it does not begin as a GGUF file does');
}

let engine: Promise<Llama> | null = null;

// One engine a process: it holds the machine code, not a model, and a second one would only repeat its start-up.
async function openEngine(): Promise<Llama> {
  // maxThreads 0: otherwise the engine lowers the threads of a call while others run, and with them could change its arithmetic.
  engine ??= getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: 0,
    logLevel: LlamaLogLevel.error,
    logger: () => {},
  });
  try {
    return await engine;
  } catch (cause) {
    engine = null;
    throw new ModelCallError({
      code: 'model.unavailable',
      message: `The engine for local models does not start on ${process.platform} ${process.arch}: ${messageOf(cause)}.`,
      remedy: 'Install @kamachiq/local-model with its optional dependencies on a supported system, or use @kamachiq/ai-sdk with a model server.',
      cause,
    });
  }
}

function unreadable(modelFile: string, reason: string, cause?: unknown): KamachiqError {
  return new KamachiqError({
    code: 'model.file-unreadable',
    message: `Expected a model in GGUF form at ${modelFile}, but ${reason}.`,
    remedy: 'Check the path, or get the file again and compare its checksum with the one its publisher names.',
    context: { modelFile },
    cause,
  });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
