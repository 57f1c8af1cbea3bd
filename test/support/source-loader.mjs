/** Lets Node run our TypeScript as it stands: what is imported as `./name.js` from a `.ts` file is in `./name.ts`. Given to Node by `--import`. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    const own = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
    return nextResolve(own ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
