"""Attacks on the host of a Linux process: each takes what it is told of the host, and reaches for it in one way."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import urllib.request


def read_plainly(target):
    return open(target["secretFile"]).read()


def read_through_first_process(target):
    return open("/proc/1/root" + target["secretFile"]).read()


def read_accounts(target):
    return open("/etc/passwd").read()


def look_around(target):
    return {
        "top": sorted(os.listdir("/")),
        "local": os.listdir("/usr/local") if os.path.exists("/usr/local") else [],
        "processes": len([name for name in os.listdir("/proc") if name.isdigit()]),
        "environment": sorted(os.environ),
        "first": open("/proc/1/environ").read(),
        "devices": sorted(name for name in os.listdir("/dev") if name in ("sda", "vda", "nvme0n1", "mem", "kvm", "fuse")),
        "user": os.getuid(),
    }


def capabilities(target):
    return [line.split()[1].strip("0") for line in open("/proc/self/status") if line.startswith("Cap")]


def write_plainly(target):
    open(target["folder"] + "/written.txt", "w").write("x")


def write_into_system(target):
    refused = 0
    for folder in ("/", "/usr", "/usr/bin", "/dev", "/proc/sys/kernel"):
        try:
            open(folder + "/kamachiq-written", "w")
        except OSError:
            refused += 1
    return refused


def fill_shared_memory(target):
    try:
        with open("/dev/shm/fill", "wb") as file:
            for _ in range(64):
                file.write(bytes(1024 * 1024))
                file.flush()
    except OSError:
        size = os.path.getsize("/dev/shm/fill")
        os.unlink("/dev/shm/fill")
        return size


def fill_project(target):
    try:
        for number in range(100):
            with open(f"/project/fill-{number}", "wb") as file:
                file.write(bytes(16 * 1024 * 1024))
    except OSError:
        return number


def connect_socket(target):
    socket.create_connection(("127.0.0.1", target["port"]), timeout=2)


def connect_url(target):
    return urllib.request.urlopen(f"http://127.0.0.1:{target['port']}/", timeout=2).read().decode()


def connect_abstract_socket(target):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect("\0" + target["socketName"])


def interfaces(target):
    return [name for _, name in socket.if_nameindex()]


def new_user_namespace(target):
    return ctypes.CDLL(None).unshare(0x10000000)


def new_mount(target):
    return ctypes.CDLL(None).mount(b"none", b"/tmp", b"tmpfs", 0, None)


def first_process(target):
    held = []
    for name in os.listdir("/proc/1/fd"):
        try:
            held.append(os.readlink("/proc/1/fd/" + name).split(":")[0])
        except OSError:
            held.append("hidden")
    return {"capabilities": [line.split()[1].strip("0") for line in open("/proc/1/status") if line.startswith("Cap")], "held": sorted(set(held))}


def become_root(target):
    os.setuid(0)


def run_program_of_root(target):
    return subprocess.run(["/usr/bin/su", "-c", "id -u"], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=5).returncode


def kill_plainly(target):
    os.kill(target["pid"], signal.SIGKILL)


def leave_process_behind(target):
    subprocess.Popen(["sleep", target["duration"]], start_new_session=True, close_fds=True)
    return "left"


def hoard_together(target):
    for _ in range(6):
        if os.fork() == 0:
            held = bytearray(os.urandom(1) * 60_000_000)
            signal.pause()
            os._exit(len(held))
    signal.pause()


def forge_answer(target):
    os.write(3, b'{"token":"guessed","observation":{"status":"returned","value":"forged","stdout":""}}\n')
    return "honest"


def forge_two_answers(target):
    frame = sys._getframe()
    while "message" not in frame.f_locals:
        frame = frame.f_back
    token = frame.f_locals["message"]["token"]
    line = '{"token":"%s","observation":{"status":"returned","value":"%s","stdout":""}}\n'
    os.write(3, (line % (token, "own claim") + line % (token, "claim about the next")).encode())
    signal.pause()


def flood_answers(target):
    while True:
        os.write(3, b"x" * 65536)


def answer_from_child(target):
    if os.fork() == 0:
        return "child"
    os.wait()
    return "parent"


def say(target):
    return "next"
