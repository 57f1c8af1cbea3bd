const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const ecmaScript =
  words(`arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for
  function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try
  typeof var void while with yield`);

const keywords: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'python',
    words(`False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal
      not or pass raise return try while with yield`),
  ],
  ['javascript', ecmaScript],
  ['typescript', ecmaScript],
]);

/** Python finds a project's package before its own module of the same name, and breaks whatever imports that. */
const pythonModules =
  words(`abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2 cProfile
  calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg crypt
  csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp
  fileinput fnmatch fractions ftplib functools gc getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp
  importlib inspect io ipaddress itertools json keyword linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder
  multiprocessing netrc nntplib ntpath numbers opcode operator optparse os pathlib pdb pickle pickletools pip pipes pkgutil platform plistlib poplib posix
  posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select
  selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver sqlite3 ssl stat statistics string stringprep struct subprocess sunau
  symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios test tests textwrap this threading time timeit tkinter token tokenize tomllib
  trace traceback tracemalloc tty turtle types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref
  xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo`);

/** True for words that the language keeps for itself; false for every word of a language unknown here. @internal */
export function isReservedWord(word: string, language: string): boolean {
  return keywords.get(language)?.has(word) ?? false;
}

/** True for names that a package of the language can't have: reserved words and what would hide the standard library. @internal */
export function isReservedPackageName(name: string, language: string): boolean {
  return isReservedWord(name, language) || (language === 'python' && pythonModules.has(name));
}
