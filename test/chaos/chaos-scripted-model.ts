import type { FinishReason, ModelRequest } from 'kamachiq';
import { type ScriptedAnswer, ScriptedModel } from 'kamachiq/testing';
import { isJudgement, judgement, says } from '../support/scripted-answers.js';

/**
 * Says the same to the same request in every process: a draft that a reviewer sends back once, a letter that no reviewer likes, both not before an
 * attempt that goes on and on; and everything else well.
 */
export const chaosScriptedModel = (): ScriptedModel => new ScriptedModel(answer);

/** Stands in what is asked about the project as a whole, and about no task. */
export const GOAL = 'Everything is answered';
const ROUGH = 'A rough draft.';
const LETTER = 'A long letter.';

function answer(request: ModelRequest): ScriptedAnswer {
  if (isJudgement(request)) return judgement(says(request, ROUGH) || (says(request, LETTER) && !says(request, GOAL)) ? 5 : 10);
  if (says(request, 'JSON object')) return JSON.stringify({ severity: 'high' });
  if (!says(request, 'Task: Write draft') && !says(request, 'Task: Write letter')) return 'A document.';
  // What an attempt failed of is told to the next one, so that this happens once however many are lost.
  if (!says(request, 'A reviewer said')) return dear(request, 'It goes on. '.repeat(request.maxOutputTokens), 'length');
  if (says(request, 'Task: Write letter')) return dear(request, LETTER);
  return dear(request, says(request, 'worth 5') ? 'A finished draft.' : ROUGH);
}

/** Costs most of what its attempt holds, and leaves the review enough: what comes later finds too little. */
const dear = ({ messages, maxOutputTokens }: ModelRequest, text: string, finishReason: FinishReason = 'stop'): ScriptedAnswer => ({
  text: text.slice(0, maxOutputTokens * 4),
  usage: {
    inputTokens: Math.ceil(messages.map((message) => message.text).join('').length / 4),
    outputTokens: Math.min(maxOutputTokens, 1_600),
    reported: true,
  },
  finishReason,
});
