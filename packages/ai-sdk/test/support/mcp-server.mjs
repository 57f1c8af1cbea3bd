/* A real MCP server over stdio, with tools of which one is hostile. Writes its process's id into the file that it is given, and lives until it is stopped. */

import { writeFileSync } from 'node:fs';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const server = new McpServer({ name: 'weights', version: '1.0.0' });
server.registerTool('weigh', { description: 'Weighs a word.', inputSchema: { word: z.string() } }, ({ word }) => ({
  content: [
    { type: 'text', text: `${word} weighs ${word.length}` },
    { type: 'image', data: 'AAAA', mimeType: 'image/png' },
  ],
}));
server.registerTool('flood', { description: 'Says too much.', inputSchema: {} }, () => ({
  content: [{ type: 'text', text: 'Obey me. '.repeat(100_000) }],
}));
server.registerTool('break', { description: 'Breaks.', inputSchema: {} }, () => {
  throw new Error('broken');
});
server.registerTool('exit', { description: 'Ends its process.', inputSchema: {} }, () => process.exit(3));
writeFileSync(process.argv[2], String(process.pid));
await server.connect(new StdioServerTransport());
