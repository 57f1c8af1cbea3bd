import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { type CodeBlock, listMarkdownFiles, repository, splitMarkdown } from './markdown-files.js';

/** A block that must compile, as a module of its own; a named one can be imported by others of its document. */
interface CheckedBlock extends CodeBlock {
  readonly document: string;
  readonly fileName: string;
}

const MARK = /^ts check(?: name=(\S+))?$/;

function listCheckedBlocks(document: string, text: string): readonly CheckedBlock[] {
  // Where the document lies: that is where its packages are found from.
  const folder = join(repository, 'docs', '.checked', document.replace(/[^\w.-]/g, '_'));
  return splitMarkdown(text)
    .blocks.filter(({ info }) => MARK.test(info))
    .map((block) => ({ ...block, document, fileName: join(folder, MARK.exec(block.info)![1] ?? `block-${block.line}.ts`) }));
}

/** Type-checks all blocks in one program against the sources, strict as the repository is. Answers with problems as `DOCUMENT:LINE: message`. */
function check(blocks: readonly CheckedBlock[]): readonly string[] {
  const { config } = ts.readConfigFile(join(repository, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['src/index.ts'] }, ts.sys, repository);
  const byName = new Map(blocks.map((block) => [block.fileName, block]));
  const host = ts.createCompilerHost(options);
  const overlay: ts.CompilerHost = {
    ...host,
    // Or no import beside a block would be looked for: its folder is nowhere on the disk.
    directoryExists: (name) => [...byName.keys()].some((file) => dirname(file) === name) || ts.sys.directoryExists(name),
    fileExists: (name) => byName.has(name) || host.fileExists(name),
    readFile: (name) => byName.get(name)?.code ?? host.readFile(name),
    getSourceFile: (name, ...rest) => {
      const block = byName.get(name);
      if (block === undefined) return host.getSourceFile(name, ...rest);
      return ts.createSourceFile(name, `${block.code}\nexport {};\n`, {
        languageVersion: ts.ScriptTarget.ES2023,
        impliedNodeFormat: ts.ModuleKind.ESNext,
      });
    },
  };
  const program = ts.createProgram([...byName.keys()], { ...options, noUnusedLocals: false, moduleDetection: ts.ModuleDetectionKind.Force }, overlay);
  return [...byName.values()].flatMap((block) => {
    const file = program.getSourceFile(block.fileName)!;
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(({ messageText, start = 0 }) => {
      const line = block.line + file.getLineAndCharacterOfPosition(start).line;
      return `${block.document}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
}

describe('code in documents', () => {
  it('compiles where it is marked `ts check`', { timeout: 120_000 }, () => {
    const blocks = listMarkdownFiles().flatMap(({ path, text }) => listCheckedBlocks(path, text));
    expect(new Set(blocks.map(({ fileName }) => fileName)).size).toBe(blocks.length);
    expect(blocks.length).toBeGreaterThan(15);
    expect(check(blocks)).toEqual([]);
  });

  it('is marked, wherever it is TypeScript in our guides', () => {
    const guides = /^docs\/(getting-started|concepts|testing|templates|models|sandboxes|budgets|control|agent-pool|memory|estimates|failures)\.md$/;
    const unmarked = listMarkdownFiles()
      .filter(({ path }) => guides.test(path))
      .flatMap(({ path, text }) => splitMarkdown(text).blocks.map((block) => ({ path, ...block })))
      .filter(({ info }) => /^(ts|typescript)\b/.test(info) && !MARK.test(info));
    expect(unmarked.map(({ path, line }) => `${path}:${line}`)).toEqual([]);
  });

  it('is refused with its document and line when it does not compile', { timeout: 120_000 }, () => {
    const text = "Text.\n\n```ts check name=a.ts\nexport const a = 1;\n```\n\n```ts check\nimport { a } from './a.js';\nconst b: string = a;\n```\n";
    expect(check(listCheckedBlocks('trial.md', text))).toEqual(["trial.md:9: Type 'number' is not assignable to type 'string'."]);
  });
});
