import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** What a workflow waits for, or is told, in the words in which a history names it. */
export interface Waits {
  readonly activities: ReadonlySet<string>;
  readonly children: ReadonlySet<string>;
  /** Summaries of timers, with `…` for what is only known when they start. */
  readonly timers: ReadonlySet<string>;
  readonly sent: ReadonlySet<string>;
  readonly received: ReadonlySet<string>;
  readonly updates: ReadonlySet<string>;
  readonly patches: ReadonlySet<string>;
  /** `cancels another` and `continues as new`, where it does. */
  readonly acts: ReadonlySet<string>;
}

interface Declaration {
  readonly node: ts.Node;
  readonly file: string;
}

const folder = fileURLToPath(new URL('../../src/workflow', import.meta.url));

/**
 * The workflow code as it is written: its declarations, and which of them use which. What is only reachable through an object that somebody hands in
 * has to be named beside a workflow's own declaration.
 */
export class WorkflowCode {
  readonly #declarations: ReadonlyMap<string, Declaration>;
  /** By file, the declaration behind each imported name. */
  readonly #imports: ReadonlyMap<string, ReadonlyMap<string, string>>;

  private constructor(declarations: ReadonlyMap<string, Declaration>, imports: ReadonlyMap<string, ReadonlyMap<string, string>>) {
    this.#declarations = declarations;
    this.#imports = imports;
  }

  static async read(): Promise<WorkflowCode> {
    const declarations = new Map<string, Declaration>();
    const imports = new Map<string, Map<string, string>>();
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
      const file = basename(name, '.ts');
      const names = new Map<string, string>();
      imports.set(file, names);
      const source = ts.createSourceFile(name, await readFile(join(folder, name), 'utf8'), ts.ScriptTarget.Latest, true);
      for (const statement of source.statements) {
        for (const declared of declaredIn(statement)) declarations.set(`${file}#${declared.name}`, { node: declared.node, file });
        if (ts.isImportDeclaration(statement)) for (const [local, key] of importedBy(statement)) names.set(local, key);
      }
    }
    return new WorkflowCode(declarations, imports);
  }

  /** Everything that is waited for from some declarations on. Example: `define-project-workflow#defineProjectWorkflow`. */
  waits(roots: readonly string[]): Waits {
    const waits = new FoundWaits((file, name) => this.#wireName(file, name));
    const open = [...roots];
    for (const root of roots) if (!this.#declarations.has(root)) throw new Error(`src/workflow declares no ${root}.`);
    const seen = new Set(open);
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      const { node, file } = this.#declarations.get(key)!;
      eachNode(node, (inner) => {
        waits.note(inner, file);
        if (!ts.isIdentifier(inner)) return;
        const used = this.#resolve(file, inner.text);
        if (used === null || seen.has(used)) return;
        seen.add(used);
        open.push(used);
      });
    }
    return waits;
  }

  /** The object literal behind a constant, property by property, as it is written; a constant that stands there is written out. */
  propertiesOf(key: string): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    const { node, file } = this.#declarations.get(key)!;
    if (!ts.isVariableDeclaration(node) || node.initializer === undefined || !ts.isObjectLiteralExpression(node.initializer)) return found;
    for (const property of node.initializer.properties) {
      if (!ts.isPropertyAssignment(property)) continue;
      const { initializer, name } = property;
      const named = ts.isIdentifier(initializer) ? this.#declarations.get(this.#resolve(file, initializer.text) ?? '')?.node : undefined;
      found.set(name.getText(), (named ?? initializer).getText());
    }
    return found;
  }

  /** The declaration behind a name in a file; null where it is none of ours. */
  #resolve(file: string, name: string): string | null {
    const key = this.#imports.get(file)?.get(name) ?? `${file}#${name}`;
    return this.#declarations.has(key) ? key : null;
  }

  /** The name under which a message goes over the wire; null for what is no message. */
  #wireName(file: string, name: string): string | null {
    const node = this.#declarations.get(this.#resolve(file, name) ?? '')?.node;
    const call = node !== undefined && ts.isVariableDeclaration(node) ? node.initializer : undefined;
    if (call === undefined || !ts.isCallExpression(call) || !/^define(Signal|Update)$/.test(call.expression.getText())) return null;
    return textOf(call.arguments[0]);
  }
}

/** Collects what declarations wait for. */
class FoundWaits implements Waits {
  readonly activities = new Set<string>();
  readonly children = new Set<string>();
  readonly timers = new Set<string>();
  readonly sent = new Set<string>();
  readonly received = new Set<string>();
  readonly updates = new Set<string>();
  readonly patches = new Set<string>();
  readonly acts = new Set<string>();
  readonly #wireName: (file: string, name: string) => string | null;

  constructor(wireName: (file: string, name: string) => string | null) {
    this.#wireName = wireName;
  }

  note(node: ts.Node, file: string): void {
    if (ts.isIdentifier(node)) this.#noteMessage(node, file);
    if (!ts.isCallExpression(node)) return;
    const called = node.expression.getText();
    if (called === 'callActivity') addText(this.activities, node.arguments[0]);
    if (called === 'callActivityIn') addText(this.activities, node.arguments[1]);
    if (called === 'startChild' || called === 'executeChild') addText(this.children, node.arguments[0]);
    if (called === 'patched') addText(this.patches, node.arguments[0]);
    if (/continueAsNew/i.test(called)) this.acts.add('continues as new');
    if (called.includes('getExternalWorkflowHandle(') && called.replace(/\s/g, '').endsWith('.cancel')) this.acts.add('cancels another');
    if (called === 'sleep') addText(this.timers, summaryOf(node.arguments[1]));
    if (called === 'condition' && node.arguments.length > 1) addText(this.timers, summaryOf(node.arguments[2]));
  }

  #noteMessage(node: ts.Identifier, file: string): void {
    const kind = /(Signal|Update)$/.exec(node.text)?.[1];
    const wire = kind === undefined ? null : this.#wireName(file, node.text);
    if (wire === null || ts.isTypeQueryNode(node.parent)) return;
    const handled = ts.isCallExpression(node.parent) && node.parent.expression.getText() === 'setHandler';
    if (kind === 'Update') this.updates.add(wire);
    else if (handled) this.received.add(wire);
    else if (ts.isCallExpression(node.parent)) this.sent.add(wire);
  }
}

function addText(texts: Set<string>, expression: ts.Node | undefined): void {
  const text = textOf(expression);
  if (text !== null) texts.add(text);
}

/** The text of a literal, with `…` for each part that is not literal. */
function textOf(node: ts.Node | undefined): string | null {
  if (node === undefined) return null;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
  return null;
}

function summaryOf(options: ts.Expression | undefined): ts.Node | undefined {
  if (options === undefined || !ts.isObjectLiteralExpression(options)) return undefined;
  const property = options.properties.find((each) => each.name?.getText() === 'summary');
  return property !== undefined && ts.isPropertyAssignment(property) ? property.initializer : undefined;
}

function* declaredIn(statement: ts.Statement): Iterable<{ readonly name: string; readonly node: ts.Node }> {
  if (ts.isVariableStatement(statement)) {
    for (const node of statement.declarationList.declarations) if (ts.isIdentifier(node.name)) yield { name: node.name.text, node };
  } else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name !== undefined) {
    yield { name: statement.name.text, node: statement };
  }
}

function* importedBy({ moduleSpecifier, importClause }: ts.ImportDeclaration): Iterable<readonly [string, string]> {
  const from = textOf(moduleSpecifier) ?? '';
  const named = importClause?.namedBindings;
  if (!from.startsWith('./') || importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword || named === undefined || !ts.isNamedImports(named)) return;
  for (const { name, propertyName, isTypeOnly } of named.elements) {
    if (!isTypeOnly) yield [name.text, `${basename(from, '.js')}#${(propertyName ?? name).text}`];
  }
}

/** Not by recursion: expressions may be nested deeply. */
function eachNode(root: ts.Node, visit: (node: ts.Node) => void): void {
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    visit(node);
    open.push(...node.getChildren());
  }
}
