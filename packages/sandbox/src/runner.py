"""Carries out the invocations of one run, inside a sandbox, and says what it observed.

Shared by every adapter: Pyodide calls `rehearse`, `prepare` and `answer`, a process of its own calls `serve`. Nothing here is a wall: the code that is run
shares this interpreter and can change all of it. Walls are outside; the host checks every answer.
"""

import ast
import builtins
import contextlib
import importlib
import io
import json
import linecache
import math
import os
import re
import runpy
import sys
import traceback
import unittest
import warnings

PROJECT = "/project"
LARGEST_INTEGER = 2**53
DEEPEST_VALUE = 60
MOST_FAILURES = 50
MOST_DEFINITIONS = 2000
MOST_STATEMENTS = 1000
LONGEST_STATEMENT = 4000
STATEMENT_ROOM = 200_000
# Loaded before any program starts, so that a project's file of the same name is never imported by a plain Python either.
LOADED_AT_START = frozenset(("abc", "codecs", "encodings", "genericpath", "io", "os", "posixpath", "site", "stat"))

# Loads what it needs on first use: afterwards a project's file of that name would be loaded, and executed by an inspection.
ast.unparse(ast.Pass())

BUILT_IN = {name: found for name, found in vars(builtins).items() if isinstance(found, type) and issubclass(found, BaseException)}

limit = 0
texts = {}
main_process = os.getpid()


class TooLong(Exception):
    """A value whose JSON would pass the limit."""


class BoundedBytes(io.BufferedIOBase):
    """Keeps the first bytes written and forgets the rest, so that a flood costs time and no memory."""

    def __init__(self, room):
        self.kept = bytearray()
        self.room = room

    def writable(self):
        return True

    def write(self, data):
        data = bytes(data)
        self.kept += data[: self.room - len(self.kept)]
        return len(data)

    def text(self):
        return cut(self.kept.decode("utf-8", "replace"))


def cut(text, most=None):
    """The text without lone surrogates, at most `limit` UTF-16 units of it, and a note where it was cut."""
    most = limit if most is None else most
    units = text.encode("utf-8", "backslashreplace").decode().encode("utf-16-le")
    if len(units) <= 2 * most:
        return units.decode("utf-16-le")
    return units[: 2 * most].decode("utf-16-le", "ignore") + f"\n[cut off after {most} characters]"


class Streams:
    """Standard streams of one invocation."""

    def __init__(self, stdin=""):
        # Three bytes of UTF-8 hold one UTF-16 unit at most; a few more show that something was cut.
        self.out = BoundedBytes(3 * limit + 8)
        self.error = BoundedBytes(3 * limit + 8)
        self.replaced = (sys.stdin, sys.stdout, sys.stderr)
        sys.stdin = io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8")), encoding="utf-8")
        sys.stdout = io.TextIOWrapper(self.out, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True)
        sys.stderr = io.TextIOWrapper(self.error, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True)

    def restore(self):
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(BaseException):
                stream.flush()
        sys.stdin, sys.stdout, sys.stderr = self.replaced


@contextlib.contextmanager
def tidy():
    """Gives the next invocation the folder, arguments, import path and log handlers that this one found."""
    argv, path = list(sys.argv), list(sys.path)
    logging = sys.modules.get("logging")
    handlers = list(logging.root.handlers) if logging else []
    try:
        yield
    finally:
        sys.argv[:], sys.path[:] = argv, path
        with contextlib.suppress(BaseException):
            os.chdir(PROJECT)
        logging = sys.modules.get("logging")
        if logging:
            logging.root.handlers[:] = handlers


def from_project(module):
    places = [getattr(module, "__file__", None) or "", *(getattr(module, "__path__", None) or ())]
    return any(isinstance(place, str) and place.startswith(PROJECT + "/") for place in places)


@contextlib.contextmanager
def fresh_modules():
    """Imports the project's modules anew inside, as another process would, and puts back what was there."""
    saved = {name: module for name, module in sys.modules.items() if from_project(module)}
    for name in saved:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in [name for name, module in sys.modules.items() if from_project(module)]:
            del sys.modules[name]
        sys.modules.update(saved)


def show(value):
    """The representation, the same in every run: sets in order, no addresses, no integer too long to write in decimals."""
    if isinstance(value, (set, frozenset)) and value and type(value).__repr__ in (set.__repr__, frozenset.__repr__):
        inside = "{" + ", ".join(sorted(repr(item) for item in value)) + "}"
        text = inside if type(value) is set else f"{type(value).__name__}({inside})"
    elif isinstance(value, int) and type(value).__repr__ is int.__repr__ and value.bit_length() > 10_000:
        text = hex(value)
    else:
        text = repr(value)
    return re.sub(r" at 0x[0-9a-fA-F]+", " at 0x…", text)


def describe(value, most=None):
    """What JSON can't hold, by class and representation."""
    try:
        shown = show(value)
    except BaseException as error:
        shown = f"<no representation: {type(error).__name__}>"
    return {"$type": cut(type(value).__name__, 100), "$repr": cut(shown, most)}


def is_text(value):
    """Whether it is a string without lone surrogates."""
    try:
        return isinstance(value, str) and str.encode(value, "utf-8") is not None
    except UnicodeEncodeError:
        return False


def encode(value, room, depth=0):
    """The value as JSON knows it; classes that equal a plain value in Python are that plain value."""
    if value is None or value is True or value is False:
        room[0] -= 5
    elif isinstance(value, str):
        value = str.__str__(value)
        room[0] -= len(value) + 3
        check_room(value, room)
        if not is_text(value):
            return describe(value)
    elif isinstance(value, int):
        if not -LARGEST_INTEGER < value < LARGEST_INTEGER:
            return describe(value)
        value = int.__add__(value, 0)
        room[0] -= 8
    elif isinstance(value, float):
        value = float.__add__(value, 0.0)
        if not math.isfinite(value):
            return describe(value)
        value = value or 0.0
        room[0] -= 8
    elif depth >= DEEPEST_VALUE:
        return describe(value, max(room[0], 0))
    elif isinstance(value, (list, tuple)):
        room[0] -= 2
        items = list.__iter__(value) if isinstance(value, list) else tuple.__iter__(value)
        return [encode(item, room, depth + 1) for item in items]
    elif isinstance(value, dict) and all(is_text(key) for key in dict.keys(value)) and not dict.__contains__(value, "$type"):
        room[0] -= 2 + sum(len(key) + 4 for key in dict.keys(value))
        check_room(None, room)
        return {str.__str__(key): encode(item, room, depth + 1) for key, item in dict.items(value)}
    else:
        description = describe(value, max(room[0], 0))
        room[0] -= len(description["$type"]) + len(description["$repr"])
        return description
    return check_room(value, room)


def check_room(value, room):
    if room[0] < 0:
        raise TooLong
    return value


def encode_whole(value):
    try:
        return encode(value, [limit])
    except (TooLong, RecursionError):
        return describe(value)


def name_of(exception):
    """The name of a class; with its module where it only bears the name of one that is built in."""
    # Not by attribute: a metaclass may answer anything.
    name = type.__dict__["__name__"].__get__(exception)
    if BUILT_IN.get(name, exception) is exception:
        return name
    module = type.__dict__["__module__"].__get__(exception)
    return f"{module if isinstance(module, str) else '?'}.{name}"


def observe_call(invocation):
    streams = Streams()
    try:
        function = getattr(importlib.import_module(invocation["module"]), invocation["function"])
        seen = {"status": "returned", "value": encode_whole(function(*invocation["arguments"]))}
    except BaseException as error:
        classes = [name_of(base) for base in type.__dict__["__mro__"].__get__(type(error)) if base is not object]
        try:
            message = str(error)
        except BaseException as worse:
            message = f"<no message: {type(worse).__name__}>"
        seen = {"status": "raised", "exceptions": [cut(name, 100) for name in classes[:50]], "message": cut(message)}
    finally:
        streams.restore()
    return {**seen, "stdout": streams.out.text()}


def exit_code_of(error):
    """What a process would exit with, once this reached its top."""
    if isinstance(error, SystemExit):
        if error.code is None or isinstance(error.code, int):
            return int(error.code or 0) & 0xFF
        print(error.code, file=sys.stderr)
        return 1
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_globals is globals():
        trace = trace.tb_next
    traceback.print_exception(type(error), error, trace, file=sys.stderr)
    return 130 if isinstance(error, KeyboardInterrupt) else 1


def observe_command(invocation):
    streams = Streams(invocation.get("stdin", ""))
    try:
        sys.argv[:] = [invocation["module"], *invocation["arguments"]]
        with fresh_modules():
            try:
                runpy.run_module(invocation["module"], run_name="__main__", alter_sys=True)
                code = 0
            except BaseException as error:
                code = exit_code_of(error)
    finally:
        streams.restore()
    return {"status": "exited", "exitCode": code, "stdout": streams.out.text(), "stderr": streams.error.text()}


class Result(unittest.TestResult):
    """Counts each test once, however many of its sub-tests fail."""

    def __init__(self):
        super().__init__()
        self.passed = 0
        self.failing = {}
        self.reports = []

    def fail(self, test, problem):
        case = getattr(test, "test_case", test)
        self.failing[id(case)] = case
        if len(self.reports) < MOST_FAILURES:
            self.reports.append(f"{test.id()}\n{problem}")

    def addSuccess(self, test):
        self.passed += 1

    def addExpectedFailure(self, test, err):
        self.passed += 1

    def addUnexpectedSuccess(self, test):
        self.fail(test, "passed, but was expected to fail")

    def addError(self, test, err):
        self.fail(test, self._exc_info_to_string(err, test))

    def addFailure(self, test, err):
        self.fail(test, self._exc_info_to_string(err, test))

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.fail(subtest, self._exc_info_to_string(err, test))


def observe_test_suite(invocation):
    start = os.path.normpath(os.path.join(PROJECT, invocation["directory"]))
    package = start
    while package != PROJECT and os.path.isfile(os.path.join(package, "__init__.py")):
        package = os.path.dirname(package)
    top = package if package != start else start
    result = Result()
    streams = Streams()
    try:
        with fresh_modules():
            unittest.TestLoader().discover(start, top_level_dir=top).run(result)
    except BaseException as error:
        result.failing[None] = None
        result.reports.append("".join(traceback.format_exception_only(type(error), error)))
    finally:
        streams.restore()
    room = limit
    failures = []
    for report in result.reports:
        if room > 0:
            failures.append(cut(report, room))
            room -= len(report)
    return {"status": "tested", "passed": result.passed, "failed": len(result.failing), "failures": failures}


def find_definitions(tree):
    found = [{"kind": "module", "name": "", "documented": bool((ast.get_docstring(tree) or "").strip()), "line": 1}]
    waiting = [("", statement) for statement in reversed(tree.body)]
    while waiting and len(found) < MOST_DEFINITIONS:
        prefix, node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            documented = bool((ast.get_docstring(node) or "").strip())
            found.append({"kind": kind, "name": cut(prefix + node.name, 400), "documented": documented, "line": node.lineno})
            if kind == "class":
                waiting.extend((f"{prefix}{node.name}.", statement) for statement in reversed(node.body))
        else:
            inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case))]
            waiting.extend((prefix, child) for child in reversed(inner))
    return found


def find_statements(tree, lines):
    found = []
    room = STATEMENT_ROOM
    for node in tree.body[:MOST_STATEMENTS]:
        kind = kind_of(node, not found)
        # A text that there is no room for is told as empty: it equals no statement that anybody expects.
        text = cut(text_of(node, kind, lines), LONGEST_STATEMENT) if room > 0 else ""
        room -= len(text)
        found.append({"kind": kind, "text": text, "line": node.lineno})
    return found


def kind_of(node, first):
    if first and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return "docstring"
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return "import"
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return "function"
    return "class" if isinstance(node, ast.ClassDef) else "other"


def text_of(node, kind, lines):
    if kind == "docstring":
        return node.value.value
    try:
        if kind == "import":
            return ast.unparse(node)
        if kind != "other":
            bare = type(node)(**{**vars(node), "body": [ast.Pass()]})
            return ast.unparse(bare).strip().rsplit("\n", 1)[0]
    except Exception:
        # A decorator, default value or base nested too deep to be written: equals no statement that anybody expects.
        return ""
    return lines[node.lineno - 1].strip()


def observe_inspect(invocation):
    path = invocation["path"]
    if path not in texts:
        return not_parsed("there is no such file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(texts[path], path)
            # Line breaks as the parser counts them; str.splitlines knows more.
            lines = re.split("\r\n|\r|\n", texts[path])
            return {"status": "inspected", "syntaxError": None, "definitions": find_definitions(tree), "statements": find_statements(tree, lines)}
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return not_parsed(cut(str(error) or type(error).__name__, 1000))


def not_parsed(problem):
    return {"status": "inspected", "syntaxError": problem, "definitions": [], "statements": []}


OBSERVERS = {"call": observe_call, "command": observe_command, "test-suite": observe_test_suite, "inspect": observe_inspect}


def prepare(line):
    """Writes the files of a run below the project's folder and makes them importable."""
    global limit
    request = json.loads(line)
    limit = request["outputCharacters"]
    os.makedirs(PROJECT, exist_ok=True)
    for file in request["files"]:
        place = os.path.join(PROJECT, file["path"])
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "w", encoding="utf-8", newline="") as target:
            target.write(file["text"])
        texts[file["path"]] = file["text"]
        name = file["path"].split("/")[0].removesuffix(".py")
        if name in sys.modules and name not in LOADED_AT_START and name not in sys.builtin_module_names and not name.startswith("_"):
            # The project's own module of that name must be found, not the one this file happened to import.
            del sys.modules[name]
    sys.path[:] = [PROJECT, *(place for place in sys.path if place not in ("", ".", PROJECT))]
    sys.dont_write_bytecode = True
    os.chdir(PROJECT)
    importlib.invalidate_caches()
    if not hasattr(builtins, "exit"):
        import site

        site.setquit()


def answer(line):
    """Carries out one invocation; the token shows the host that this answers what it asked last."""
    message = json.loads(line)
    invocation = message["invocation"]
    with tidy():
        observation = OBSERVERS[invocation["kind"]](invocation)
    return json.dumps({"token": message["token"], "observation": observation})


REHEARSAL = """
import argparse
import unittest

def divide(first, second):
    print("dividing", first)
    return {"value": [first / second, str(first)]}

class RehearsalTest(unittest.TestCase):
    def test_divide(self):
        with self.assertRaises(ZeroDivisionError):
            divide(1, 0)
        self.assertEqual(divide(1, 2)["value"][0], 0.5)

    def test_wrong(self):
        self.assertEqual(divide(1, 2), 3)

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("first", type=float)
    print(divide(parser.parse_args().first, 2))
"""


def rehearse():
    """Observes one of each kind in a project of its own, and removes it: an interpreter that compiles on first use has then compiled."""
    path = "rehearsal/test_rehearsal.py"
    module = "rehearsal.test_rehearsal"
    prepare(json.dumps({"outputCharacters": 1000, "files": [{"path": path, "text": REHEARSAL}]}))
    for invocation in (
        {"kind": "call", "module": module, "function": "divide", "arguments": [1, 2]},
        {"kind": "call", "module": module, "function": "divide", "arguments": [1, 0]},
        {"kind": "command", "module": module, "arguments": ["1"]},
        {"kind": "command", "module": module, "arguments": ["x"]},
        {"kind": "test-suite", "directory": "rehearsal"},
        {"kind": "inspect", "path": path},
    ):
        answer(json.dumps({"token": "", "invocation": invocation}))
    for name in [name for name, loaded in sys.modules.items() if from_project(loaded)]:
        del sys.modules[name]
    os.unlink(os.path.join(PROJECT, path))
    os.rmdir(os.path.join(PROJECT, os.path.dirname(path)))
    texts.clear()
    linecache.clearcache()
    sys.path_importer_cache.clear()
    importlib.invalidate_caches()


def serve(answers):
    """Takes lines from standard input until it ends; answers go to a file descriptor, out of the way of what the code prints."""
    os.set_inheritable(answers, False)
    with os.fdopen(os.dup(0), encoding="utf-8") as questions:
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        write(answers, '{"ready":{}}')
        prepare(questions.readline())
        for line in questions:
            text = answer(line)
            if os.getpid() != main_process:
                # A forked child of the code came back through here: only the first process may answer.
                os._exit(0)
            write(answers, text)


def write(descriptor, text):
    data = (text + "\n").encode("ascii")
    while data:
        data = data[os.write(descriptor, data) :]
