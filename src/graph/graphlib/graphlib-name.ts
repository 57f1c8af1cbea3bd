/** Begins every name that isn't its id; ids that begin with it are written anew too. */
const MARK = '~';

// What must not stand in a written name: our own mark, what graphlib joins and marks edges with, what lodash splits paths at (graphlib 2
// looks up `a.b` inside the label of `a`), and halves of surrogate pairs, which no encoding carries.
const WRITTEN = /[~\u0000\u0001.[]|\p{Surrogate}/gu;
const ALWAYS_UNSAFE = /^~|[\u0000\u0001]|\p{Surrogate}/u;
const INTEGER = /^(?:0|[1-9]\d*)$/;

/**
 * The name under which a graphlib graph holds an id without losing, reordering or mistaking it. Most ids are their own names. Those that
 * graphlib breaks on get a `~` before them, and after it `~` with four hexadecimal digits in place of what is unsafe in them: the names that
 * every object has (`__proto__`), whole numbers, which objects put first, the empty text, and what `WRITTEN` lists.
 *
 * Different ids have different names, and {@link idOfGraphlibName} reads each back.
 *
 * @param isId - Whether the graph has a node of that id: `a.b` is mistaken only beside `a`.
 */
export function graphlibName(id: string, isId: (id: string) => boolean): string {
  const isUnsafe = id === '' || id in Object.prototype || INTEGER.test(id) || ALWAYS_UNSAFE.test(id) || isMistakenPath(id, isId);
  return isUnsafe ? MARK + id.replace(WRITTEN, (unit) => MARK + unit.charCodeAt(0).toString(16).padStart(4, '0')) : id;
}

/** Reads the id of a name that {@link graphlibName} made. */
export function idOfGraphlibName(name: string): string {
  if (!name.startsWith(MARK)) return name;
  return name.slice(1).replace(/~([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Whether lodash could read the id as a path into the label of another node. */
function isMistakenPath(id: string, isId: (id: string) => boolean): boolean {
  const end = id.search(/[.[]/);
  return end === 0 || (end > 0 && isId(id.slice(0, end).replace(/\]+$/, '')));
}
