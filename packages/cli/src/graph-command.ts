import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { renderTaskGraphDot, renderTaskGraphMermaid, renderTaskGraphSvg } from 'kamachiq/report';
import { plainJson } from './plain-text.js';
import { inPreparedFolder } from './prepare-folder.js';
import { type GraphFile, readGraphFile } from './read-graph-file.js';
import { shownPath } from './shown-path.js';
import { tellFindings } from './tell-findings.js';
import { usageError } from './usage-error.js';

/** What `kamachiq graph` can write. */
export const GRAPH_FORMATS = ['svg', 'mermaid', 'dot', 'json'] as const;
/** One of {@link GRAPH_FORMATS}. */
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

/** `kamachiq graph`: draws a plan or what became of one, and says what keeps a plan from running. */
export async function graph(options: { readonly format: GraphFormat; readonly output?: string }, file: string): Promise<number> {
  const read = await readGraphFile(file);
  tellFindings(file, read.findings);
  const text = WRITERS[options.format](read);
  if (options.output === undefined) process.stdout.write(text);
  else {
    await write(resolve(options.output), text);
    process.stdout.write(`graph   ${shownPath(resolve(options.output))}\n`);
  }
  return read.findings.some(({ severity }) => severity === 'error') ? 2 : 0;
}

const WRITERS: Readonly<Record<GraphFormat, (read: GraphFile) => string>> = {
  svg: ({ picture }) => renderTaskGraphSvg(picture),
  mermaid: ({ picture }) => renderTaskGraphMermaid(picture),
  dot: ({ picture }) => renderTaskGraphDot(picture),
  json: ({ picture, findings }) => `${plainJson({ ...picture, findings })}\n`,
};

const write = (path: string, text: string): Promise<void> =>
  inPreparedFolder(dirname(path), () =>
    writeFile(path, text).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw usageError('unwritable', `Expected to write ${path}, got ${reason}.`, 'Free disk space, or name a file that can be written.', cause);
    }),
  );
