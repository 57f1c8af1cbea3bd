/** Lets Node run all of our TypeScript, also what stripping types alone can't: parameter properties, for example. Given to Node by `--import`. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import typescript from 'typescript';

const compilerOptions = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ESNext, verbatimModuleSyntax: true };

/** Our packages go by their sources too, as in the tests themselves: two copies of one class would not know each other's errors. */
function sourceOf(specifier) {
  if (specifier.startsWith('.')) return specifier.replace(/\.js$/, '.ts');
  const [, entry] = /^kamachiq(?:\/([a-z-]+))?$/.exec(specifier) ?? [];
  if (entry !== undefined || specifier === 'kamachiq') return new URL(`../../src/${entry ?? 'index'}.ts`, import.meta.url).href;
  const [, name] = /^@kamachiq\/([a-z-]+)$/.exec(specifier) ?? [];
  return name === undefined ? specifier : new URL(`../../packages/${name}/src/index.ts`, import.meta.url).href;
}

registerHooks({
  resolve(specifier, context, nextResolve) {
    return nextResolve(context.parentURL?.endsWith('.ts') ? sourceOf(specifier) : specifier, context);
  },
  load(url, context, nextLoad) {
    if (!url.endsWith('.ts')) return nextLoad(url, context);
    const { outputText } = typescript.transpileModule(readFileSync(fileURLToPath(url), 'utf8'), { compilerOptions });
    return { format: 'module', source: outputText, shortCircuit: true };
  },
});
