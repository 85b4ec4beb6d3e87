"""System calls that a submission may not make: those that take memory which no limit counts.

A file without a name (``memfd_create``) and a segment of System V live in memory, and belong to no process's
address space. The kernel of Linux refuses the calls from here on, in all threads and in whatever this
process starts.

Sources
-------
seccomp(2); linux/filter.h, linux/seccomp.h; the numbers of system calls in asm/unistd.h.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

_NEW_PRIVILEGES = 38  # PR_SET_NO_NEW_PRIVS
_SET_FILTER, _ALL_THREADS = 1, 1  # SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC
_ALLOW, _REFUSE = 0x7FFF_0000, 0x0005_0000 | errno.EPERM  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # of the filter's machine
_NUMBER, _ARCHITECTURE = 0, 4  # where it finds them
_FIRST_X32 = 0x4000_0000  # of x86-64: its other numbers of the same calls begin here

# machine → AUDIT_ARCH of its calls, number of seccomp, numbers of memfd_create, memfd_secret and shmget
_CALLS = {
    "x86_64": (0xC000_003E, 317, (319, 447, 29)),
    "aarch64": (0xC000_00B7, 277, (279, 447, 194)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def refuse_uncounted_memory() -> bool:
    """Let this process make no such memory from here on, for good; return whether the system does that.

    It does on Linux, on x86-64 and ARM64. A refused call ends in EPERM, `PermissionError` in Python; so do
    all calls of another architecture, 32-bit ones for instance, by which the filter could be passed.
    """
    known = _CALLS.get(platform.machine())
    if sys.platform != "linux" or known is None or sys.maxsize < 2**32:
        return False
    architecture, seccomp, refused = known
    tests = [(_EQUAL, number) for number in refused] + [(_AT_LEAST, _FIRST_X32)]
    lines = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 0, len(tests) + 2, architecture), (_LOAD, 0, 0, _NUMBER)]
    # Each test jumps over those after it, and over the line that allows.
    lines += [(test, len(tests) - index, 0, number) for index, (test, number) in enumerate(tests)]
    lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    code = b"".join(struct.pack("HBBI", *line) for line in lines)
    program = _Program(len(lines), code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NEW_PRIVILEGES, *map(ctypes.c_ulong, (1, 0, 0, 0))):
        return False
    return not libc.syscall(seccomp, _SET_FILTER, _ALL_THREADS, ctypes.byref(program))
