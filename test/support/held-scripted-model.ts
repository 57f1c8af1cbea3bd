import type { AgentContext, AgentOutcome, AgentRequest, AgentRunner } from 'kamachiq';
import { ScriptedModel } from 'kamachiq/testing';
import { until } from './until.js';

/** A host's agent that calls its model on and on, a few tokens at a time, and tells what ended it. */
export class DrawsOnRunner implements AgentRunner {
  readonly specificationVersion = 1;
  readonly id = 'draws-on/1';
  readonly ended = Promise.withResolvers<unknown>();
  readonly #prepare: () => Promise<void>;

  /** @param prepare - What it does before its first call. */
  constructor(prepare: () => Promise<void> = async () => undefined) {
    this.#prepare = prepare;
  }

  async doRun(_request: AgentRequest, { model, signal }: AgentContext): Promise<AgentOutcome> {
    await this.#prepare();
    try {
      for (;;) await model.generate({ messages: [{ role: 'user', text: 'Go on.' }], maxOutputTokens: 4 }, signal);
    } catch (error) {
      this.ended.resolve(error);
      throw error;
    }
  }
}

/** A scripted model each of whose answers waits until the test lets it out. */
export class HeldScriptedModel extends ScriptedModel {
  readonly #answers: readonly PromiseWithResolvers<void>[];

  constructor(calls: number) {
    const answers = Array.from({ length: calls }, () => Promise.withResolvers<void>());
    super(async (_request, index) => {
      await answers[index]?.promise;
      return 'and on';
    });
    this.#answers = answers;
  }

  async called(index: number): Promise<void> {
    await until(async () => this.requests.length > index);
  }

  answer(index: number): void {
    this.#answers[index]!.resolve();
  }
}
