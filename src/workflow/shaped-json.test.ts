import { expect, it } from 'vitest';
import { readShapedJson } from './shaped-json.js';

it('reads what was packed by shapes', () => {
  const hash = '0123456789abcdef'.repeat(4);
  const shaped = {
    texts: ['succeeded', '__proto__'],
    shapes: [['tasks'], ['id', 'state', 'manifest'], ['__proto__']],
    packed: [0, [-1, [1, 'a', '~0', '~=ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8A'], [1, '~~b', '~1', null], [2, 1.5]]],
  };
  expect(JSON.stringify(readShapedJson(shaped))).toBe(
    `{"tasks":[{"id":"a","state":"succeeded","manifest":"${hash}"},{"id":"~b","state":"__proto__","manifest":null},{"__proto__":1.5}]}`,
  );
  expect(readShapedJson({ texts: [], shapes: [], packed: [-1, 1, true, [-1]] })).toEqual([1, true, []]);
});
