/** The neighbours of a position, as a view. */
export const positionsOf = (position: number, neighbours: Int32Array, starts: Int32Array): Int32Array =>
  neighbours.subarray(starts[position]!, starts[position + 1]!);

/** Every position that can be reached from one, nearest first; itself only along a cycle. */
export function reach(from: number, neighbours: Int32Array, starts: Int32Array): readonly number[] {
  const reached: number[] = [];
  const seen = new Uint8Array(starts.length - 1);
  const enter = (position: number) => {
    for (let edge = starts[position]!; edge < starts[position + 1]!; edge += 1) {
      const neighbour = neighbours[edge]!;
      if (seen[neighbour] !== 0) continue;
      seen[neighbour] = 1;
      reached.push(neighbour);
    }
  };
  enter(from);
  for (let taken = 0; taken < reached.length; taken += 1) enter(reached[taken]!);
  return reached;
}
