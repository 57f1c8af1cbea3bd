/** Lets Node run all of our TypeScript, also what stripping types alone can't: parameter properties, for example. Given to Node by `--import`. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import typescript from 'typescript';

const compilerOptions = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ESNext, verbatimModuleSyntax: true };

registerHooks({
  resolve(specifier, context, nextResolve) {
    const own = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
    return nextResolve(own ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
  load(url, context, nextLoad) {
    if (!url.endsWith('.ts')) return nextLoad(url, context);
    const { outputText } = typescript.transpileModule(readFileSync(fileURLToPath(url), 'utf8'), { compilerOptions });
    return { format: 'module', source: outputText, shortCircuit: true };
  },
});
