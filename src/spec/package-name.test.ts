import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makePackageName } from './package-name.js';
import { isIdentifier } from './parse-signature.js';
import { isReservedPackageName } from './reserved-words.js';

describe('makePackageName', () => {
  it('makes a valid, free, lower-case identifier of any name', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('Class', '__proto__', 'constructor', 'prototype', 'None', 'JSON')),
        fc.constantFrom('python', 'typescript', 'cobol'),
        (name, language) => {
          const made = makePackageName(name, language);
          expect(isIdentifier(made)).toBe(true);
          expect(made).toBe(made.toLowerCase());
          expect(isReservedPackageName(made, language)).toBe(false);
        },
      ),
    );
  });

  it.each([
    ['Create Python CLI calculator', 'create_python_cli_calculator'],
    ['Wörter-Zähler 2.0', 'worter_zahler_2_0'],
    ['3D viewer', 'project_3d_viewer'],
    ['Calendar', 'calendar_project'],
    ['class', 'class_project'],
    ['計算機', 'project'],
    ['x'.repeat(200), 'x'.repeat(51)],
  ])('makes %j into %s', (name, expected) => {
    expect(makePackageName(name, 'python')).toBe(expected);
  });
});
