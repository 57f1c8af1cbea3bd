import type { SourceFile } from '../ports/source-file.js';

const subject = `"""Things to run."""
import collections, os, sys, time

class Point:
    pass

class ShelfEmpty(LookupError):
    """No more."""

def evaluate(text):
    return eval(text)

def divide(first, second):
    print('dividing', first)
    return first / second

def take():
    raise ShelfEmpty('nothing left')

def take_falsely():
    class KeyError(LookupError):
        pass
    raise KeyError('nothing of the kind')

def leave():
    sys.exit(3)

def wait():
    while True:
        pass

def hoard():
    kept = []
    while True:
        kept.append(bytearray(4_000_000))

def hoard_small():
    kept = []
    while True:
        kept.append([0] * 100)

def flood():
    for _ in range(20_000):
        print('x' * 1000)
    return 'y' * 10_000

def end():
    os._exit(0)

def recur(depth=0):
    return recur(depth + 1)

def nest():
    value = []
    for _ in range(10_000):
        value = [value]
    return value

count = 0

def tick():
    global count
    count += 1
    return count

def breed():
    while True:
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)

def spin():
    import threading
    while True:
        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()

class Liar(dict):
    def items(self):
        raise SystemExit('gone')
    def __repr__(self):
        raise KeyboardInterrupt

def lie():
    return [Liar(a=1), type('Odd', (), {'__repr__': lambda self: 1 / 0})()]
`;

const program = `import argparse, sys
parser = argparse.ArgumentParser(prog='tool')
parser.add_argument('operation', choices=['echo', 'fail', 'exit'])
parser.add_argument('--times', type=int, default=1)
if __name__ == '__main__':
    arguments = parser.parse_args()
    if arguments.operation == 'fail':
        raise ValueError('no')
    if arguments.operation == 'exit':
        sys.exit('bad luck')
    for line in sys.stdin:
        print(line.strip() * arguments.times)
    print('done', file=sys.stderr)
`;

const suite = `import unittest
import subject

class DivideTest(unittest.TestCase):
    def test_half(self):
        self.assertEqual(subject.divide(1, 2), 0.5)

    def test_wrong(self):
        self.assertEqual(subject.divide(1, 2), 2)

    def test_each(self):
        for number in (1, 2, 3):
            with self.subTest(number):
                self.assertEqual(number, 2)

    @unittest.skip('not now')
    def test_skipped(self):
        self.fail()
`;

const inspected = `print('executed')
raise SystemExit
class Shelf:
    """Holds things."""
    def put(self, thing):
        pass
    class Label:
        pass
if True:
    async def later():
        """Waits."""
        def inner(): pass
`;

/** Files that the contract of a sandbox runs, each to see one kind of thing. @internal */
export const sandboxContractFiles: readonly SourceFile[] = [
  { path: 'subject.py', text: subject },
  { path: 'tools/__init__.py', text: '' },
  { path: 'tools/tool.py', text: program },
  { path: 'tests/test_subject.py', text: suite },
  { path: 'good/test_good.py', text: suite.split('    def test_wrong')[0]! },
  { path: 'inspected.py', text: inspected },
  { path: 'broken.py', text: 'def half(:\n    pass\n' },
];
