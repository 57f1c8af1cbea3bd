/** Lets Node run our sources as they stand: what they import as `./name.js` is in `./name.ts`. Given to Node by `--import`. */
import { registerHooks } from 'node:module';

const sources = new URL('../../src/', import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const own = specifier.startsWith('.') && context.parentURL?.startsWith(sources);
    return nextResolve(own ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
