import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOutPicture } from './lay-out-picture.js';
import type { PictureEdge } from './picture-edges.js';
import { rankPicture } from './rank-picture.js';

const edge = (from: number, to: number): PictureEdge => ({ from, to, critical: false, conditional: false });

/** Tasks of different heights with any edges between them, cycles too. */
const anyPicture = fc.array(fc.record({ needs: fc.array(fc.nat(), { maxLength: 4 }), height: fc.integer({ min: 40, max: 100 }) }), { maxLength: 20 });
const sizesAndEdges = anyPicture.map((rows) => ({
  sizes: rows.map(({ height }) => ({ width: 200, height })),
  edges: rows.flatMap(({ needs }, to) =>
    [...new Set(needs.map((need) => need % rows.length))].filter((from) => from !== to).map((from) => edge(from, to)),
  ),
}));

describe('layOutPicture', () => {
  it('places every task on its own, right of what it depends on, and leads every edge from one to the other', () => {
    fc.assert(
      fc.property(sizesAndEdges, ({ sizes, edges }) => {
        const { corners, routes, width, height } = layOutPicture(sizes, edges);
        expect([corners.length, routes.length]).toEqual([sizes.length, edges.length]);
        for (const [a, { x, y }] of corners.entries()) {
          expect(x).toBeGreaterThan(-0.01);
          expect(y).toBeGreaterThan(-0.01);
          expect(x + sizes[a]!.width).toBeLessThan(width + 0.01);
          expect(y + sizes[a]!.height).toBeLessThan(height + 0.01);
          for (const [b, other] of corners.entries()) {
            const apart = x + 200 < other.x || other.x + 200 < x || y + sizes[a]!.height < other.y || other.y + sizes[b]!.height < y;
            if (a !== b) expect(apart).toBe(true);
          }
        }
        for (const [index, { from, to }] of edges.entries()) {
          const { stretches, closing } = routes[index]!;
          const [start, end] = [stretches[0]!, stretches.at(-1)!];
          if (!closing) expect(corners[from]!.x + 200).toBeLessThan(corners[to]!.x);
          expect(start.to).toBeCloseTo(corners[from]!.x + (closing ? 0 : 200));
          expect(start.y).toBeCloseTo(corners[from]!.y + sizes[from]!.height / 2);
          expect(end.from).toBeCloseTo(corners[to]!.x + (closing ? 200 : 0));
          expect(end.y).toBeCloseTo(corners[to]!.y + sizes[to]!.height / 2);
          for (const { from: left, to: right, y } of stretches.slice(1, -1)) {
            expect(Math.abs(right - left)).toBeCloseTo(200);
            const crossed = corners.filter((corner, task) => {
              const beside = Math.max(left, right) <= corner.x + 0.01 || Math.min(left, right) >= corner.x + 199.99;
              return !beside && y > corner.y && y < corner.y + sizes[task]!.height;
            });
            expect(crossed).toEqual([]);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('leads an edge from a task to itself around its corner, and moves nothing for it', () => {
    const sizes = [60, 40, 80].map((height) => ({ width: 200, height }));
    const others = [edge(0, 1), edge(1, 2)];
    const { corners, routes, ...size } = layOutPicture(sizes, [edge(1, 1), ...others]);
    const without = layOutPicture(sizes, others);
    expect({ corners, routes: routes.slice(1), ...size }).toEqual(without);
    const { x, y } = corners[1]!;
    const [start, end] = [routes[0]!.stretches[0]!, routes[0]!.stretches[1]!];
    expect(routes[0]!.closing).toBe(true);
    expect({ x: start.to < x + 200, y: start.y }).toEqual({ x: true, y });
    expect({ x: end.to, y: end.y > y && end.y < y + 40 }).toEqual({ x: x + 200, y: true });
  });

  it('is the same for equal pictures, whatever was laid out before', () => {
    fc.assert(
      fc.property(sizesAndEdges, ({ sizes, edges }) => {
        expect(layOutPicture(sizes, edges)).toEqual(layOutPicture(structuredClone(sizes), structuredClone(edges)));
      }),
      { numRuns: 50 },
    );
  });

  it('untangles what can be drawn without crossings', () => {
    const sizes = Array.from({ length: 6 }, () => ({ width: 200, height: 46 }));
    const { corners } = layOutPicture(sizes, [edge(2, 3), edge(1, 4), edge(0, 5)]);
    for (const [from, to] of [
      [2, 3],
      [1, 4],
      [0, 5],
    ] as const)
      expect(corners[from]!.y).toBeCloseTo(corners[to]!.y);
  });

  it('lays out nothing for nothing', () => {
    expect(layOutPicture([], [])).toEqual({ width: 0, height: 0, corners: [], routes: [] });
  });
});

describe('rankPicture', () => {
  it('names as few edges as to leave no cycle, none of an acyclic graph, and each on a cycle', () => {
    fc.assert(
      fc.property(sizesAndEdges, ({ sizes, edges }) => {
        const { closing } = rankPicture(sizes.length, edges);
        const open = edges.filter((candidate) => !closing.has(candidate));
        expect(rankPicture(sizes.length, open).closing.size).toBe(0);
        for (const { from, to } of closing) expect(reaches(to, from, edges)).toBe(true);
      }),
    );
  });

  it('counts the layers that edges cross', () => {
    expect(rankPicture(4, [edge(0, 1), edge(1, 2), edge(2, 3), edge(0, 3)]).span).toBe(6);
  });

  it('goes through a chain of 100,000', () => {
    const chain = Array.from({ length: 99_999 }, (_, index) => edge(index, index + 1));
    expect(rankPicture(100_000, chain).span).toBe(99_999);
  });
});

function reaches(from: number, to: number, edges: readonly PictureEdge[]): boolean {
  const reached = new Set([from]);
  for (const task of reached) for (const next of edges) if (next.from === task) reached.add(next.to);
  return reached.has(to);
}
