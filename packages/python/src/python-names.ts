const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const KEYWORDS =
  words(`False None True and as assert async await break class continue def del elif else except finally for from global if import in is
  lambda nonlocal not or pass raise return try while with yield`);

const SOFT_KEYWORDS = words('_ case match type');

const BUILTINS =
  words(`Ellipsis NotImplemented abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex
  copyright credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset getattr globals hasattr hash help hex id input int
  isinstance issubclass iter len license list locals map max memoryview min next object oct open ord pow print property quit range repr reversed round set
  setattr slice sorted staticmethod str sum super tuple type vars zip`);

const EXCEPTIONS = words(`ArithmeticError AssertionError AttributeError BlockingIOError BrokenPipeError BufferError ChildProcessError
  ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError EOFError Exception FileExistsError FileNotFoundError
  FloatingPointError ImportError IndentationError IndexError InterruptedError IsADirectoryError KeyError LookupError MemoryError ModuleNotFoundError
  NameError NotADirectoryError NotImplementedError OSError OverflowError PermissionError ProcessLookupError RecursionError ReferenceError RuntimeError
  StopAsyncIteration StopIteration SyntaxError SystemError TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError
  UnicodeError UnicodeTranslateError ValueError ZeroDivisionError`);

/** Class names that an example may name as raised: those that every Python knows. */
export const isBuiltinException = (name: string): boolean => EXCEPTIONS.has(name);

/** Says what was expected of a parameter's name, or null where the name will do. A parameter may hide a builtin: that is its own function's affair. */
export function findParameterNameProblem(name: string): string | null {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,59}$/.test(name)) return 'a letter, then letters, digits and underscores, at most 60 in all';
  return KEYWORDS.has(name) ? 'a name that Python does not keep for itself' : null;
}

/** Says what was expected of a function's name, or null where the name will do. A function that hid a builtin would take it from its own body. */
export function findFunctionNameProblem(name: string): string | null {
  const problem = findParameterNameProblem(name);
  if (problem !== null) return problem;
  if (SOFT_KEYWORDS.has(name)) return 'a name that Python gives no meaning of its own';
  return BUILTINS.has(name) || EXCEPTIONS.has(name) ? 'a name that nothing built into Python has' : null;
}

/** Says what was expected of a package's name, or null where the name will do. What would hide the standard library is refused where specs are read. */
export function findPackageNameProblem(name: string): string | null {
  if (!/^[a-z][a-z0-9_]{0,59}$/.test(name)) return 'a lower-case letter, then lower-case letters, digits and underscores, at most 60 in all';
  if (name === 'tests') return 'another name than the folder of the tests';
  return KEYWORDS.has(name) ? 'a name that Python does not keep for itself' : null;
}
