import type { FileExcerpt } from './agent-task-types.js';
import { plainMarkdown } from './plain-markdown.js';

/** How a file begins, as paragraphs of Markdown; none where there is nothing to show. */
export const describeExcerpt = (excerpt: FileExcerpt | undefined): readonly string[] =>
  excerpt === undefined
    ? []
    : // No text ends a block that is indented, as one between fences can be.
      [`${plainMarkdown(excerpt.path, 200)}:`, excerpt.text.replace(/^/gm, '    ')];
