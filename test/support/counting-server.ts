import type { LanguageModel, ModelUsage } from 'kamachiq';
import { type ModelServer, startModelServer } from '../../packages/ai-sdk/test/support/model-server.js';

/** A model server that counts what its model did. */
export interface CountingServer extends ModelServer {
  /** An answer each, in the order in which they were complete. */
  readonly counted: readonly ModelUsage[];
}

/**
 * Puts a server before a real model that counts as the strictest provider charges: every answer in full, whether whoever asked for it still hears it or has died
 * meanwhile. So the model is not told when a client goes.
 *
 * @param before - Awaited before a call is worked on; calls are numbered from 0 in the order in which the server saw them.
 */
export async function startCountingServer(
  model: LanguageModel,
  before: (index: number) => Promise<void> = async () => undefined,
): Promise<CountingServer> {
  const counted: ModelUsage[] = [];
  let seen = 0;
  const server = await startModelServer({
    specificationVersion: 1,
    id: model.id,
    contextTokens: model.contextTokens,
    doCountTokens: (request) => model.doCountTokens(request),
    doGenerate: async (request) => {
      const index = seen;
      seen += 1;
      await before(index);
      const answer = await model.doGenerate(request, new AbortController().signal);
      counted.push(answer.usage);
      return answer;
    },
  });
  return { ...server, counted };
}

/** Tokens of calls, there and back. */
export const tokensOf = (calls: readonly { readonly inputTokens: number; readonly outputTokens: number }[]): number =>
  calls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
