import { crashAnywhere } from 'kamachiq/testing';
import { describe, expect, it } from 'vitest';
import { carryOutChaosProject } from './chaos-project.js';
import { useChaos } from './use-chaos.js';

/* A project with branches, a remediation, a review by a person and a shortage of tokens, whose worker is killed at one point after another. */

/** How many points, `all`, or the names of some; `npm run test:chaos` says more of them. */
const POINTS = process.env.KAMACHIQ_CHAOS_POINTS ?? '40';

const chaos = useChaos();

describe('a project whose worker is killed anywhere', () => {
  it('comes out the same', async () => {
    const points = POINTS === 'all' ? 'all' : /^\d+$/.test(POINTS) ? Number(POINTS) : POINTS.split(', ');
    const {
      points: found,
      killed,
      missed,
      failures,
    } = await crashAnywhere(
      { worker: chaos.kit.worker(), run: (place) => carryOutChaosProject(place, chaos.kit.artifacts) },
      { address: chaos.temporal.address, points, limitMilliseconds: 300_000, onProgress: (line) => console.error(line) },
    );
    console.table(Object.entries(found).map(([name, count]) => ({ name, points: count, killed: killed[name] ?? 0 })));
    console.log(`missed: ${missed.join(', ') || 'none'}`);
    expect(failures).toEqual([]);
    const kills = Object.values(killed).reduce((sum, count) => sum + count, 0);
    expect(kills).toBeGreaterThan(missed.length);
  }, 7_200_000);
});
