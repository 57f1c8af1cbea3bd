/** Runs every gate and names those that don't hold. `--update` rewrites the API reports in `etc/`. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listGates } from './lib/gates.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const broken = [];
for (const gate of listGates(root, { update: process.argv.includes('--update') })) {
  console.log(`\n== ${gate.name}`);
  const startedAt = Date.now();
  const holds = await gate.hold();
  console.log(`${holds ? 'holds' : 'DOES NOT HOLD'} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  if (!holds) broken.push(gate.name);
  if (!holds && gate.others === 'depend on it') break;
}
console.log(broken.length === 0 ? '\nAll gates hold.' : `\nGates that do not hold: ${broken.join('; ')}`);
process.exitCode = broken.length === 0 ? 0 : 1;
