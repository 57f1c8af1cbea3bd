import type { SourceFile } from '../ports/source-file.js';
import { cutToBytes } from '../report/cut-to-bytes.js';
import type { FileExcerpt } from '../workflow/agent-task-types.js';

/** Bytes of JSON that an excerpt may have in the history, path and text together. */
const EXCERPT_BYTES = 1_000;
const PATH_BYTES = 200;
const FRAME_BYTES = 30;

/** The beginning of a file, for people. Nothing in it hides or moves what is around it. */
export function excerptOf({ path, text }: SourceFile): FileExcerpt {
  // Of a long text no more is looked at than may be told.
  const begun = text.slice(0, EXCERPT_BYTES + 1).replace(/\r\n?/g, '\n');
  return {
    path: cutToBytes(path, PATH_BYTES),
    text: cutToBytes(begun.replace(UNSHOWN, '\ufffd').toWellFormed(), EXCERPT_BYTES - PATH_BYTES - FRAME_BYTES),
  };
}

const UNSHOWN = /(?![\n\t])[\p{Control}\p{Bidi_Control}\u2028\u2029]/gu;
