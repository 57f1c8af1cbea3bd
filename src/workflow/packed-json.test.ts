import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashText } from '../agents/hash-text.js';
import { jsonBytes } from '../ports/json-bytes.js';
import { type PackedJson, packJson, packLarge, unpacked, unpackJson } from './packed-json.js';

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('packJson', () => {
  it('loses nothing, whatever the names and the texts are', () => {
    const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'length', '~', '0', 'packed'));
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '~',
        '~~',
        '~0',
        '~~0',
        '~=',
        '~=AAAA',
        `~=${'A'.repeat(44)}`,
        `"~=${'A'.repeat(44)}`,
        `"${'a'.repeat(64)}`,
        '0123456789abcdef'.repeat(4),
        `${'f'.repeat(63)}0`,
        'the same',
        'the same again',
        '\ud800\ud800\ud800\ud800',
      ),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 6 }, text, fc.double(), fc.boolean(), fc.constant(null), tie('list'), tie('object')),
      list: fc.array(tie('value'), { maxLength: 6 }),
      object: fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
    }));
    const holds = fc.property(value, (any) => {
      expect(unpackJson(throughJson(packJson(any)) as PackedJson)).toEqual(throughJson(any));
    });
    fc.assert(holds, { numRuns: 500 });
  });

  it('keeps the order of names, and an own field of any name', () => {
    const value = JSON.parse('{"b": 1, "a": {"__proto__": {"polluted": true}}, "1": 2}');
    expect(JSON.stringify(unpackJson(packJson(value)))).toBe(JSON.stringify(value));
    expect('polluted' in {}).toBe(false);
  });

  it('says a hash in two thirds of its digits', () => {
    const hashes = Array.from({ length: 100 }, (_, number) => hashText(`${number}`));
    expect(jsonBytes(packJson(hashes))).toBeLessThan(100 * 50 + 50);
    const told = {
      hash: hashes[0],
      other: hashes[1]!.toUpperCase(),
      marked: `~=${'A'.repeat(44)}`,
      quoted: `"${hashes[2]}`,
      both: `"~=${'A'.repeat(44)}`,
    };
    expect(unpackJson(packJson(told))).toEqual(told);
  });

  it('reads what earlier versions packed', () => {
    const shaped = { texts: ['succeeded'], shapes: [['state']], packed: [-1, [0, '~0'], [0, '~0']] };
    expect(unpackJson(shaped)).toEqual([{ state: 'succeeded' }, { state: 'succeeded' }]);
  });

  it('leaves what people can read as it is', () => {
    const few = [{ id: 'a' }];
    expect(packLarge(few)).toBe(few);
    expect(unpacked(few)).toBe(few);
    const many = Array.from({ length: 1_000 }, (_, number) => ({ id: `task-${number}`, state: 'succeeded' }));
    expect(packLarge(many)).toHaveProperty('packed');
    expect(unpacked(packLarge(many))).toEqual(many);
  });

  it('leaves out what is undefined', () => {
    expect(unpackJson(packJson({ there: 1, missing: undefined }))).toEqual({ there: 1 });
  });

  it('says what many have in common once', () => {
    const one = { workflowType: 'AgentTaskWorkflow', state: 'waiting-for-person', manifest: { mediaType: 'application/json', bytes: 1 } };
    const many = Array.from({ length: 1_000 }, () => one);
    expect(jsonBytes(packJson(many))).toBeLessThan(jsonBytes(one) * 2);
  });
});
