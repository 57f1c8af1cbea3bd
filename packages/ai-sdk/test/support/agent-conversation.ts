import { ending, piece, type ScriptedFailure } from './scripted-failure-server.js';

/** A message as the model server gets it. */
export interface ChatMessage {
  readonly role: string;
  readonly content: unknown;
}

/** What a scripted agent does next: uses a tool, or says something. */
export type AgentStep = { readonly tool: string; readonly input: unknown } | { readonly say: string };

/** What is charged for each step. */
const USAGE = { prompt_tokens: 300, completion_tokens: 40 };

/** A model server whose model does what a script says, in the protocol's streams with calls of tools. */
export function scriptedAgent(next: (messages: readonly ChatMessage[], index: number, body: string) => AgentStep): ScriptedFailure {
  return (response, index, body) => {
    const step = next((JSON.parse(body) as { readonly messages: readonly ChatMessage[] }).messages, index, body);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if ('say' in step) return response.end(`${piece(step.say)}${ending(USAGE)}`);
    const call = { index: 0, id: `call-${index}`, type: 'function', function: { name: step.tool, arguments: JSON.stringify(step.input) } };
    response.end(`${piece(null, { delta: { tool_calls: [call] } })}${ending(USAGE, 'tool_calls')}`);
  };
}
