/** Lets Node run the TypeScript beside it as it stands: what is imported as `./name.js` is in `./name.ts`. Given to Node by `--import`. */
import { registerHooks } from 'node:module';

const folder = new URL('.', import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const own = specifier.startsWith('./') && context.parentURL?.startsWith(folder);
    return nextResolve(own ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
