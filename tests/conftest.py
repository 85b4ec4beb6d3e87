"""What every test process needs."""

import signal


def pytest_configure() -> None:
    # A shell that starts a job in the background makes it deaf to Ctrl-C, and so its children: the tests
    # of what Ctrl-C does would wait in vain.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
