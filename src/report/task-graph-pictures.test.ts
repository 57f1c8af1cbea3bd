import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTaskGraph } from '../graph/compile/compile-task-graph.js';
import { taskNode } from '../graph/fixtures/arbitrary-graph.js';
import { arbitraryReport, hostileTexts } from './fixtures/arbitrary-report.js';
import { branchingPlan } from './fixtures/branching-plan.js';
import { calculatorReport } from './fixtures/calculator-report.js';
import { MEASURED, widthInHelveticaBold } from './fixtures/helvetica-bold.js';
import { inspectMarkup } from './fixtures/inspect-markup.js';
import { type GraphPicture, pictureOfPlan, pictureOfReport } from './graph-picture.js';
import { renderTaskGraphDot } from './task-graph-dot.js';
import { renderTaskGraphMermaid } from './task-graph-mermaid.js';
import { renderTaskGraphSvg } from './task-graph-svg.js';

const branching = pictureOfPlan(branchingPlan);
const calculator = pictureOfReport(calculatorReport);
/** The branch for severe cases was not taken. */
const taken: GraphPicture = {
  tasks: branching.tasks.map(({ node }) => ({
    node,
    state: ['triage', 'answer', 'reply'].includes(node.id) ? 'succeeded' : 'skipped',
    tokensSpent: node.id === 'triage' ? 640 : 0,
    verdict: node.id === 'triage' ? { score: 0.93, threshold: 0.8 } : null,
  })),
  criticalPath: ['triage', 'answer', 'reply'],
};

/** Texts that one of the three languages would take for its own. */
const languageTexts = [
  ...[
    '"',
    '\\',
    '\\"',
    '\\\\',
    'a\\',
    '\\n',
    '\\N',
    '&lt;',
    '&quot;',
    '&#34;',
    '#34;',
    '#quot;',
    ';',
    '];',
    '"];t1[',
    '{',
    '}',
    '//',
    '/*',
    '<b>x</b>',
  ],
  ...[
    '1. one',
    '- one',
    '# one',
    '`',
    '"`one`"',
    '**one**',
    '$$x$$',
    'fa:fa-car',
    'end',
    '%% comment',
    '%%{init: {}}%%',
    '---',
    'subgraph',
    'click t0',
  ],
];
const text = fc.oneof(fc.constantFrom(...hostileTexts, ...languageTexts), fc.string({ unit: 'binary', maxLength: 12 }));
const hostilePicture = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 8 }).map((rows): GraphPicture => {
  const nodes = rows.map(([id, value], index) =>
    taskNode(
      id,
      rows.slice(0, index).map(([other]) => other),
      { when: { task: id, output: value, operator: 'equals', value } },
    ),
  );
  return pictureOfPlan(nodes);
});
const anyPicture = fc.oneof(arbitraryReport.map(pictureOfReport), hostilePicture);
const chain = (length: number, needs = 1) =>
  pictureOfPlan(
    Array.from({ length }, (_, index) =>
      taskNode(
        `t${index}`,
        Array.from({ length: Math.min(needs, index) }, (__, back) => `t${index - 1 - back}`),
      ),
    ),
  );

describe('renderTaskGraphSvg', () => {
  const known = inspectMarkup(renderTaskGraphSvg(branching) + renderTaskGraphSvg(taken));

  it('makes one well-formed element of any picture, with no element or attribute that a harmless one would not have', () => {
    fc.assert(
      fc.property(anyPicture, (picture) => {
        const svg = renderTaskGraphSvg(picture);
        const { problems, elements, attributes, ids } = inspectMarkup(svg);
        expect(problems).toEqual([]);
        expect([...elements].filter((name) => !known.elements.has(name))).toEqual([]);
        expect([...attributes].filter((name) => !known.attributes.has(name))).toEqual([]);
        expect(ids).toEqual(['title', 'description']);
        expect(svg.match(/<svg|<\/svg>/g)).toEqual(['<svg', '</svg>']);
        expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/<script|<a |href|url\(|@import|="[^"]*:\/\//);
      }),
      { numRuns: 200 },
    );
  });

  it('shows states, spend, scores, trigger rules and conditions, and says what the lines mean', () => {
    const { text: shown } = inspectMarkup(renderTaskGraphSvg(taken));
    for (const said of ['triage: succeeded', '640 tokens', '0.93', 'fix: skipped', 'rule: none-failed-min-one-success', 'when triage.severity in']) {
      expect(shown).toContain(said);
    }
    expect(shown).toContain('critical path');
    expect(shown).toContain('starts under a condition');
    expect(shown).toContain('5 tasks with 5 dependencies. 3 succeeded, 2 skipped. 640 tokens spent. Critical path: triage → answer → reply.');
    expect(renderTaskGraphSvg(taken).match(/class="node [a-z ]*unrun/g)?.length).toBe(2);
    expect(renderTaskGraphSvg(taken).match(/class="edge conditional/g)?.length).toBe(3);
  });

  it('keeps every text inside its box, whatever letters it has', () => {
    const letters = fc.oneof(
      fc.string({ unit: fc.constantFrom(...MEASURED), minLength: 1, maxLength: 60 }),
      fc.constantFrom(...MEASURED).map((letter) => letter.repeat(70)),
    );
    const sizes: Readonly<Record<string, number>> = { name: 13, detail: 11.5, note: 11.5 };
    fc.assert(
      fc.property(letters, letters, fc.boolean(), fc.nat(2_000_000), (id, value, branches, estimatedTokens) => {
        const when = { when: { task: 'triage', output: value, operator: 'equals', value } } as const;
        const plan = pictureOfPlan([taskNode(id, [], { estimatedTokens, estimatedMinutes: estimatedTokens / 300, ...(branches ? when : {}) })]);
        const ran: GraphPicture = { ...plan, tasks: plan.tasks.map((task) => ({ ...task, state: 'succeeded', tokensSpent: estimatedTokens })) };
        for (const svg of [plan, ran].map(renderTaskGraphSvg)) {
          const width = Number(/class="node-box" width="([\d.]+)"/.exec(svg)![1]);
          const texts = [...svg.matchAll(/<text class="node-(name|detail|note)" x="(\d+)" y="\d+">(.*?)<\/text>/g)];
          expect(texts.length).toBeGreaterThan(branches ? 2 : 1);
          for (const [, kind, x, text] of texts) {
            const shown = inspectMarkup(`<i>${text}</i>`).text;
            expect(Number(x) + widthInHelveticaBold(shown) * sizes[kind!]!, shown).toBeLessThan(width - 4);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('shows as much of a name as fits', () => {
    const shownOf = (id: string) => /class="node-name"[^>]*>(.*?)</.exec(renderTaskGraphSvg(pictureOfPlan([taskNode(id)])))![1];
    expect(shownOf('implement-customer')).toBe('implement-customer');
    expect(shownOf('IMPLEMENT-CUSTOMER-MANAGEMENT-MODULE')).toMatch(/^IMPLEMENT-CUST[A-Z]*…$/);
    expect(shownOf('i'.repeat(40))).toBe('i'.repeat(40));
    expect(shownOf('w'.repeat(40))).toMatch(/^w{14,17}…$/);
    expect(shownOf('漢'.repeat(40))).toMatch(/^漢{10,12}…$/);
  });

  it('marks what closes a cycle, and draws the rest of a broken plan', () => {
    const broken = pictureOfPlan([taskNode('a', ['c', 'nobody']), taskNode('b', ['a']), taskNode('c', ['b']), taskNode('b'), taskNode('d', ['d'])]);
    expect(broken.criticalPath).toEqual([]);
    const svg = renderTaskGraphSvg(broken);
    // One in the tangle of three, one from d to itself, and the key.
    expect(svg.match(/class="edge closing"/g)?.length).toBe(3);
    expect(inspectMarkup(svg).text).toContain('5 tasks with 4 dependencies.');
    const red = / {2}linkStyle ([\d,]+) stroke:#c0342b/.exec(renderTaskGraphMermaid(broken))![1]!.split(',').map(Number);
    const drawn = renderTaskGraphMermaid(broken).match(/t\d+ --> t\d+/g)!;
    expect(red.map((index) => drawn[index])).toEqual(['t2 --> t0', 't4 --> t4']);
    expect(renderTaskGraphDot(broken).match(/t\d+ -> t\d+ \[color="#c0342b"/g)).toEqual(['t2 -> t0 [color="#c0342b"', 't4 -> t4 [color="#c0342b"']);
  });

  it('says how long tasks take, in a plan only', () => {
    const plan = pictureOfPlan([taskNode('a', [], { estimatedTokens: 4_000, estimatedMinutes: 12 }), taskNode('b', [], { estimatedMinutes: 0.251 })]);
    for (const render of [renderTaskGraphSvg, renderTaskGraphMermaid, renderTaskGraphDot]) {
      expect(render(plan)).toContain('up to 4,000 tokens · 12 min');
      expect(render(plan)).toContain('· 0.25 min');
      expect(render({ ...plan, tasks: plan.tasks.map((task) => ({ ...task, tokensSpent: 7 })) })).not.toContain(' min');
    }
  });

  it('marks the tasks that have findings, and says which', () => {
    const nodes = [taskNode('a', ['nobody'], { writes: [] }), taskNode('b', [], { writes: ['b.md'] })];
    const { findings } = compileTaskGraph({ nodes, budgetTotal: 1e6, timeoutMinutes: 1e3, qualityThreshold: 0.5 }, {});
    const picture = pictureOfPlan(nodes, [...findings, ...findings]);
    const svg = renderTaskGraphSvg(picture);
    expect(svg.match(/class="node[a-z ]* faulty"/g)?.length).toBe(1);
    expect(inspectMarkup(svg).text).toContain('a: code · no model. finding: unknown-dependency');
    expect(svg).toMatch(/class="node-fault"[^>]*>finding: unknown-dependency</);
    expect(renderTaskGraphMermaid(picture)).toMatch(
      /t0\["a<br>.*<br>finding#58; unknown-dependency"\]:::faulty\n {2}t1\["b<br>[^"]*"\]\n {2}classDef faulty stroke:#c0342b/,
    );
    expect(renderTaskGraphDot(picture)).toMatch(/t0 \[label="a\\n.*\\nfinding: unknown-dependency".*, color="#c0342b", penwidth=2\.2\];/);
    expect(renderTaskGraphDot(picture)).not.toMatch(/t1 \[.*c0342b/);
  });

  it.each([
    ['tasks', pictureOfPlan(Array.from({ length: 201 }, (_, index) => taskNode(`t${index}`)))],
    ['dependencies', chain(80, 8)],
    ['crossings', pictureOfPlan([...chain(100).tasks.map(({ node }) => taskNode(node.id, [...new Set(['t0', ...node.dependencies])]))])],
  ])('refuses too many %s', (_, picture) => {
    expect(() => renderTaskGraphSvg(picture)).toThrow(expect.objectContaining({ code: 'graph.too-large-to-draw' }));
    expect(renderTaskGraphDot(picture)).toContain('t79');
  });

  it('draws as many as it says', () => {
    expect(inspectMarkup(renderTaskGraphSvg(chain(200))).text).toContain('200 tasks with 199 dependencies');
  });

  it('draws nothing for nothing', () => {
    expect(inspectMarkup(renderTaskGraphSvg(pictureOfPlan([]))).text).toContain('0 tasks with 0 dependencies.');
  });
});

describe('renderTaskGraphMermaid', () => {
  it('keeps every label inside its quotes, whatever the picture', () => {
    fc.assert(
      fc.property(anyPicture, (picture) => {
        const [head, ...lines] = renderTaskGraphMermaid(picture).split('\n').slice(0, -1);
        expect(head).toBe('flowchart LR');
        for (const line of lines) {
          expect(line).toMatch(
            /^ {2}(t\d+\["[^"`\\$*_[\](){}<>&%:=~^@!?|'+]*(<br>[^"`\\$*_[\](){}<>&%:=~^@!?|'+]*)+"\](:::[a-z]+)?|t\d+ (-->|==>|-\.->) t\d+|classDef [a-z]+ [a-z0-9#,: -]+|linkStyle [\d,]+ (stroke:#c0342b,)?stroke-width:[23]\.5px)$/,
          );
          // Markdown's lists, and what Mermaid reads in a text after its entities.
          expect(line).not.toMatch(/(\["|<br>)[\d-]/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('marks states, spend, the critical path, rules and conditions', () => {
    const mermaid = renderTaskGraphMermaid(taken);
    expect(mermaid).toContain('  t0["✓ triage<br>succeeded · review · 640 tokens · 0.93"]:::good\n');
    expect(mermaid).toMatch(/t2\["– fix<br>skipped · code"\]:::unrun/);
    expect(mermaid).toContain('  t0 -.-> t1\n');
    expect(mermaid).toContain('  t3 ==> t4\n');
    expect(mermaid).toMatch(/linkStyle \d+ stroke-width/);
    expect(renderTaskGraphMermaid(branching)).toContain('rule#58; none-failed-min-one-success');
    expect(renderTaskGraphMermaid(calculator)).toContain('  t3 ==> t5\n');
  });

  it('parts what Mermaid would read once more', () => {
    const mermaid = renderTaskGraphMermaid(pictureOfPlan(['\\n', '$$x$$', 'fa:fa-car', '1. one'].map((id) => taskNode(id))));
    for (const label of ['#92;#8288;n', '#36;#8288;#36;x#36;#8288;#36;', 'fa#58;#8288;fa-car', '#49;. one'])
      expect(mermaid).toContain(`["${label}<br>`);
  });

  it('refuses what Mermaid refuses', () => {
    const refusal = expect.objectContaining({ code: 'graph.too-large-to-draw' });
    expect(() => renderTaskGraphMermaid(chain(255, 2))).toThrow(refusal);
    expect(() => renderTaskGraphMermaid(pictureOfPlan(Array.from({ length: 300 }, (_, index) => taskNode('"'.repeat(40) + index))))).toThrow(refusal);
    expect(renderTaskGraphMermaid(chain(251, 2)).split(' --> ').length + renderTaskGraphMermaid(chain(251, 2)).split(' ==> ').length - 2).toBe(499);
  });
});

describe('renderTaskGraphDot', () => {
  // The grammar of quoted strings in DOT: a backslash takes the next character along.
  const QUOTED = /"(?:[^"\\]|\\[\s\S])*"/g;

  it('keeps every text inside its quotes, and lets none be read as an escape or an entity', () => {
    fc.assert(
      fc.property(anyPicture, (picture) => {
        const dot = renderTaskGraphDot(picture);
        const bare = dot.replace(QUOTED, '_');
        for (const line of bare.split('\n').slice(1, -2)) {
          expect(line).toMatch(/^ {2}(graph|node|edge|t\d+|t\d+ -> t\d+)( \[[a-z]+=[\w.]+(, [a-z]+=[\w.]+)*\])?;$/);
        }
        expect(dot).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u);
        for (const [quoted] of dot.matchAll(QUOTED)) {
          // What is left besides pairs of backslashes, quotes and our own line breaks: an escape that somebody else wrote.
          expect(quoted.slice(1, -1).replace(/\\[\\"n]/g, '')).not.toMatch(/\\/);
          expect(quoted).not.toMatch(/&(?!amp;)/);
        }
        expect(bare.match(/^ {2}t\d+ \[/gm)?.length ?? 0).toBe(picture.tasks.length);
      }),
      { numRuns: 300 },
    );
  });

  it('writes what an id says, and nothing that it means', () => {
    const labels = (ids: readonly string[]) =>
      [...renderTaskGraphDot(pictureOfPlan(ids.map((id) => taskNode(id)))).matchAll(/label="((?:[^"\\]|\\[\s\S])*?)\\ncode/g)].map(
        ([, label]) => label,
      );
    expect(labels(['\\N', '"', '&lt;', 'a\\'])).toEqual(['\\\\N', '\\"', '&amp;lt;', 'a\\\\']);
  });

  it('marks states, spend, the critical path, rules and conditions, at any size', () => {
    const dot = renderTaskGraphDot(taken);
    expect(dot).toMatch(/t0 \[label="✓ triage\\nsucceeded · review · 640 tokens · 0\.93", .*color="#18794a", penwidth=2\.2\];/);
    expect(dot).toMatch(/t2 \[label="– fix\\nskipped · code".*style="filled,rounded,dashed"\];/);
    expect(dot).toContain('t0 -> t3 [style=dashed, color="#191b1f", penwidth=2.4];');
    expect(dot).toContain('rule: none-failed-min-one-success');
    expect(renderTaskGraphDot(chain(5_000, 3)).match(/ -> /g)?.length).toBe(3 * 5_000 - 6);
  });
});

describe('every picture', () => {
  it('is the same text for the same picture', () => {
    fc.assert(
      fc.property(anyPicture, (picture) => {
        for (const render of [renderTaskGraphSvg, renderTaskGraphMermaid, renderTaskGraphDot])
          expect(render(picture)).toBe(render(structuredClone(picture)));
      }),
      { numRuns: 50 },
    );
  });
});
