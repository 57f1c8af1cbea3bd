import { seededDraws } from '../../planning/estimates/seeded-draws.js';

/**
 * Chooses some of many in their order, spread evenly: one out of each of equal stretches, by dice that the seed repeats.
 *
 * @param count - How many; all where there are no more.
 */
export function choosePoints<Point>(points: readonly Point[], count: number, seed: number): readonly Point[] {
  if (count >= points.length) return points;
  const draw = seededDraws(seed);
  const startOf = (stretch: number) => Math.floor((stretch * points.length) / count);
  return Array.from({ length: count }, (_, stretch) => {
    const start = startOf(stretch);
    return points[start + Math.floor(draw() * (startOf(stretch + 1) - start))]!;
  });
}
