/**
 * Lets Node run the TypeScript of this folder, and of those in it, as it stands: what is imported as `./name.js` is in `./name.ts`. Given to Node by
 * `--import`.
 */
import { registerHooks } from 'node:module';

const folder = new URL('.', import.meta.url).href;
const isOwn = (address) => address?.startsWith(folder) && !address.slice(folder.length).includes('node_modules/');

registerHooks({
  resolve(specifier, context, nextResolve) {
    const own = specifier.startsWith('.') && isOwn(context.parentURL);
    return nextResolve(own ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
