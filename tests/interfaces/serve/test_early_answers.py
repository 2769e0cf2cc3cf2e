"""A server that answers before it has read what it is sent: its answer reaches the client, whatever comes after it."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.interfaces.serve.conftest import LONGEST_WAIT, SMALL_TALK, client, open_socket, serving, until

#: More than the kernel takes on the way.
BIG = 12 << 20
BLOB = "/api/blobs/sha256:" + "0" * 64
TALK = json.dumps({"model": "m", "messages": [{"role": "user", "content": "x" * BIG}]}).encode()


def whole(status: str, body: bytes, *more: bytes) -> bytes:
    return b"\r\n".join([f"HTTP/1.1 {status}".encode(), b"Content-Length: %d" % len(body), *more, b"", body])


ANSWERS = {
    "a blob it has": (200, b"", whole("200 OK", b"", b"Connection: close")),
    "too large": (413, b'{"error":"too large"}', whole("413 Too Large", b'{"error":"too large"}')),
    "without a length": (401, b"who are you?", b"HTTP/1.0 401 Unauthorized\r\n\r\nwho are you?"),
    "in chunks": (403, b"none", b"HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnone\r\n0\r\n\r\n"),
    "after going on": (400, b"no", b"HTTP/1.1 100 Continue\r\n\r\n" + whole("400 Bad Request", b"no")),
}

Then = Callable[[socket.socket], None]


def closes(line: socket.socket) -> None:
    """Close at once: what has come and was not read makes the kernel answer with a reset."""
    line.close()


def lingers_as_go_does(line: socket.socket) -> None:
    """Say that nothing more is said, and close for good half a second later (Go's rstAvoidanceDelay)."""
    line.shutdown(socket.SHUT_WR)
    time.sleep(0.5)
    line.close()


def reads_no_more(line: socket.socket) -> None:
    """Leave the connection open, and let whoever sends wait."""


ENDS = {"closes": closes, "lingers": lingers_as_go_does, "reads no more": reads_no_more}


class Hasty:
    """Reads the head and so much of the body, answers, and does the rest; `asked` counts such requests."""

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.answer, self.then, self.reads = b"", closes, 0
        self.pace, self.left = 0.0, threading.Event()
        self.asked, self.kept = list[str](), list[socket.socket]()
        self.url = "http://{}:{}".format(*self.door.getsockname())

    def run(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self.door.accept()
                threading.Thread(target=self._meet, args=(line,), daemon=True).start()

    def close(self) -> None:
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        for line in self.kept:
            line.close()

    def _meet(self, line: socket.socket) -> None:
        with suppress(ConnectionError):
            while head := _head(line):
                path = head.split(b" ")[1].decode()
                if path == BLOB or path.startswith(("/api/chat", "/v1/chat")):
                    self._answer(line, path)
                    return
                told, status = SMALL_TALK.get(path, b"{}"), "200 OK" if path in SMALL_TALK else "404 Not Found"
                if b"content-length" in head.lower():
                    line.recv(1 << 16)
                line.sendall(whole(status, told))
        line.close()

    def _answer(self, line: socket.socket, path: str) -> None:
        self.asked.append(path)
        self.kept.append(line)
        left = self.reads
        while left > 0:
            data = line.recv(min(left, 1 << 16))
            if not data:
                self.left.set()
                return
            left -= len(data)
            time.sleep(self.pace)
        line.sendall(self.answer)
        self.then(line)


def _head(line: socket.socket) -> bytes:
    """Read a request's head byte by byte, so that nothing of the body is taken."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = line.recv(1)
        if not byte:
            return b""
        head += byte
    return head


@pytest.fixture
def hasty() -> Iterator[Hasty]:
    made = Hasty()
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.close()
        thread.join()


@pytest.fixture
def url(hasty: Hasty, tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path / "memory.db", hasty.url) as ltml:
        yield ltml.url


@contextmanager
def uploading(url: str, path: str, *, chunked: bool) -> Iterator[socket.socket]:
    """A client that has sent the head and the first bytes of a large body."""
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {BIG}"
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{length}\r\n\r\n".encode()
    with open_socket(url, head + _piece(b"x" * 1000, chunked=chunked)) as line:
        yield line


def _piece(data: bytes, *, chunked: bool) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data) if chunked else data


def answered(line: socket.socket) -> tuple[int, bytes]:
    """Read one answer."""
    from http.client import HTTPResponse

    with closing(HTTPResponse(line)) as response:
        response.begin()
        return response.status, response.read()


@pytest.mark.parametrize("reads", [0, 70_000])
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_upload_that_is_answered_before_it_was_read_has_its_answer(hasty, url, answer, end, reads):
    status, body, hasty.answer = ANSWERS[answer]
    if answer == "without a length" and end == "reads no more":
        pytest.skip("an answer without a length ends with its connection")
    hasty.then, hasty.reads = ENDS[end], reads
    for _ in range(2):
        with client(url) as one:
            found = one.post(BLOB, b"x" * BIG)
        assert (found.status, found.body, found.whole) == (status, body, True)
    assert hasty.asked == [BLOB, BLOB]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("path", ["/api/chat", "/v1/chat/completions"])
def test_a_talk_that_is_answered_before_it_was_read_has_its_answer_too(hasty, url, path, end):
    """Its body is sent in one piece."""
    hasty.answer, hasty.then = whole("401 Unauthorized", b'{"error":"who are you?"}'), ENDS[end]
    with client(url) as one:
        found = one.post(path, TALK)
    assert (found.status, found.body) == (401, b'{"error":"who are you?"}')
    assert hasty.asked == [path]


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
@pytest.mark.parametrize("end", ENDS)
def test_one_who_waits_for_the_answer_before_sending_on_has_it(hasty, url, end, chunked):
    """The rest of the body never comes: the client has heard that the blob is there."""
    hasty.answer, hasty.then = whole("201 Created", b"there"), ENDS[end]
    with uploading(url, BLOB, chunked=chunked) as line:
        assert answered(line) == (201, b"there")


def test_a_client_whose_upload_was_answered_early_goes_on_with_the_same_connection(hasty, url):
    hasty.answer = whole("200 OK", b"known")
    with client(url) as one:
        for _ in range(3):
            assert one.post(BLOB, b"x" * BIG).body == b"known"
            assert one.ask("GET", "/api/version").status == 200


def test_a_server_that_reads_slowly_and_answers_in_the_end_is_sent_everything(hasty, url):
    """Slow is not unwilling: while nothing was answered the rest is sent, however long it takes."""
    hasty.answer, hasty.reads = whole("200 OK", b"thanks"), BIG

    hasty.pace = 0.005
    with client(url) as one:
        assert one.post(BLOB, b"x" * BIG).body == b"thanks"


def test_a_client_that_goes_in_the_middle_of_an_upload_takes_the_upstream_along(hasty, url):
    hasty.reads = BIG
    with uploading(url, BLOB, chunked=False):
        until(lambda: hasty.asked == [BLOB])
        assert not hasty.left.is_set()
    assert hasty.left.wait(LONGEST_WAIT)
