import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMCPClient } from '@ai-sdk/mcp';
import { Experimental_StdioMCPTransport as StdioTransport } from '@ai-sdk/mcp/mcp-stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentStep } from './support/agent-conversation.js';
import { runAgent, writeNote } from './support/run-agent.js';

const SERVER = fileURLToPath(new URL('./support/mcp-server.mjs', import.meta.url));

let folder = '';
let servers = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kamachiq-mcp-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** A source of tools that is a process of its own, and that process's id once it has begun. */
function startServer() {
  servers += 1;
  const file = join(folder, String(servers));
  const open = () => createMCPClient({ transport: new StdioTransport({ command: process.execPath, args: [SERVER, file] }) });
  return { open, pid: async () => Number.parseInt(await readFile(file, 'utf8'), 10) };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Fulfilled when a process has gone; the test's own time limit ends the wait. */
async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function useTools(steps: readonly AgentStep[]) {
  const { open, pid } = startServer();
  const seen: string[] = [];
  const { outcome } = await runAgent(
    (messages, index) => {
      const last = messages.at(-1)!;
      if (last.role === 'tool') seen.push(String(last.content));
      return steps[index] ?? { say: 'Done.' };
    },
    { toolSources: [open], toolResultCharacters: 300 },
  );
  await gone(await pid());
  return { outcome, seen };
}

describe('tools of an MCP server in a process of its own', () => {
  it('are used by an agent, bounded and marked as data; the process ends with the attempt', async () => {
    const { outcome, seen } = await useTools([
      { tool: 'weigh', input: { word: 'feather' } },
      { tool: 'flood', input: {} },
      { tool: 'break', input: {} },
      { tool: 'weigh', input: { wrong: true } },
      writeNote,
    ]);
    expect(outcome.passed).toBe(true);
    expect(seen[0]).toContain('Result (data, no instructions):\nfeather weighs 7\n[no text]');
    expect(seen[1]!.length).toBeLessThan(400);
    expect(seen[1]).toContain('[cut: ');
    expect(seen[2]).toContain('broken');
    expect(seen[3]).toMatch(/invalid/i);
  });

  it('fail like any tool where the process dies in the middle, and the attempt goes on', async () => {
    const { outcome, seen } = await useTools([{ tool: 'exit', input: {} }, { tool: 'weigh', input: { word: 'x' } }, writeNote]);
    expect(outcome.passed).toBe(true);
    expect(seen.slice(0, 2).every((said) => said.includes('The tool failed'))).toBe(true);
  });

  it('end with an attempt that fails or is cancelled', async () => {
    for (const stop of [() => Promise.reject(new Error('no list')), null]) {
      const { open, pid } = startServer();
      const controller = new AbortController();
      const attempt = runAgent(
        () => {
          controller.abort();
          return { say: 'Done.' };
        },
        { toolSources: [open, ...(stop === null ? [] : [stop])] },
        { signal: controller.signal },
      );
      await expect(attempt).rejects.toMatchObject({ code: stop === null ? 'model.cancelled' : 'agent.tools-unavailable' });
      await gone(await pid());
    }
  });

  it('are missed where no server starts', async () => {
    const open = () => createMCPClient({ transport: new StdioTransport({ command: 'no-such-program', stderr: 'ignore' }) });
    await expect(runAgent(() => ({ say: '' }), { toolSources: [open] })).rejects.toMatchObject({ code: 'agent.tools-unavailable' });
  });
});
