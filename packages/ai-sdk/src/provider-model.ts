import { gateway, type LanguageModel as SdkModel, wrapLanguageModel } from 'ai';

/** A model as providers of the AI SDK make them, in the version of the protocol that the installed SDK speaks. */
export type ProviderModel = ReturnType<typeof wrapLanguageModel>;
export type ProviderRequest = Parameters<ProviderModel['doStream']>[0];
export type ProviderAnswer = Awaited<ReturnType<ProviderModel['doGenerate']>>;
export type ProviderUsage = ProviderAnswer['usage'];
type ProviderStream = Awaited<ReturnType<ProviderModel['doStream']>>['stream'];
export type StreamPart = ProviderStream extends ReadableStream<infer Part> ? Part : never;

/** The model behind a name or an older protocol, as the AI SDK itself resolves it. */
export function providerModel(model: SdkModel): ProviderModel {
  if (typeof model !== 'string') return wrapLanguageModel({ model, middleware: [] });
  return wrapLanguageModel({ model: (globalThis.AI_SDK_DEFAULT_PROVIDER ?? gateway).languageModel(model), middleware: [] });
}

/** Name in journals and reports where its owner gives none. */
export function nameOfModel(model: SdkModel): string {
  return (typeof model === 'string' ? model : `${model.provider}/${model.modelId}`).toLowerCase();
}
