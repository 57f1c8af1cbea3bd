import type { ToolSet } from 'ai';
import { invalidTools, toolsUnavailable } from './agent-tools-error.js';
import { within } from './within.js';

/** Where tools come from that must be closed after use. A client of `@ai-sdk/mcp`, as `createMCPClient` makes it, is one. @public */
export interface ToolSource {
  tools(): PromiseLike<ToolSet>;
  close(): Promise<void>;
}

/** Longest wait for a source to open and to list its tools, and for one to close. */
const OPENING_MILLISECONDS = 30_000;
const CLOSING_MILLISECONDS = 5_000;

/**
 * Opens sources of tools, works with all tools together, and closes every source that was opened, whatever happens.
 *
 * @param own - Tools that need no source.
 * @throws KamachiqError `agent.tools-unavailable`, `agent.invalid-tools` for names that are none or that two of them share: one must not take another's place.
 */
export async function withTools<Result>(
  own: readonly ToolSet[],
  sources: readonly (() => Promise<ToolSource>)[],
  signal: AbortSignal,
  work: (tools: ToolSet) => Promise<Result>,
): Promise<Result> {
  const opened: ToolSource[] = [];
  try {
    const sets = [...own];
    for (const open of sources) {
      try {
        const source = await within(OPENING_MILLISECONDS, signal, open(), (late) => void close(late));
        opened.push(source);
        sets.push(await within(OPENING_MILLISECONDS, signal, source.tools()));
      } catch (cause) {
        throw signal.aborted ? cause : toolsUnavailable(cause);
      }
    }
    return await work(join(sets));
  } finally {
    await Promise.all(opened.map(close));
  }
}

/** What doesn't close is left to itself: what the agent made is worth more. */
async function close(source: ToolSource): Promise<void> {
  // A host's source may do anything, also throw before it has a promise.
  await within(CLOSING_MILLISECONDS, new AbortController().signal, (async () => source.close())()).catch(() => undefined);
}

function join(sets: readonly ToolSet[]): ToolSet {
  const tools = new Map<string, ToolSet[string]>();
  const problems: string[] = [];
  for (const [name, tool] of sets.flatMap((set) => Object.entries(set))) {
    const shown = JSON.stringify(name.slice(0, 80));
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name) || name === '__proto__') problems.push(`${shown} is no name of a tool`);
    else if (tools.has(name)) problems.push(`${shown} is there twice`);
    else if (tool.execute === undefined && tool.type !== 'provider') problems.push(`${shown} can't be executed`);
    tools.set(name, tool);
  }
  if (problems.length > 0) throw invalidTools(problems);
  return Object.fromEntries(tools);
}
