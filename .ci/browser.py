"""Chromium without a window, over the pipe of its DevTools protocol."""

import base64
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

LIMIT = 60
DESKTOP, PHONE = (1280, 900), (375, 800)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--remote-debugging-pipe",
]


class Browser:
    """One page, and what its console complains about."""

    def __init__(self, profile):
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        if program is None:
            sys.exit("chromium is not installed")
        to_read, self.to_browser = os.pipe()
        self.from_browser, to_write = os.pipe()

        def descriptors():
            # The protocol is spoken over descriptors 3 and 4.
            one, two = os.dup(to_read), os.dup(to_write)
            os.dup2(one, 3)
            os.dup2(two, 4)

        self.process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            preexec_fn=descriptors, close_fds=False, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self.buffer, self.number, self.session, self.problems = b"", 0, None, []
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(domain + ".enable")

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.note(answer)

    def receive(self):
        while b"\0" not in self.buffer:
            data = os.read(self.from_browser, 1 << 16)
            if not data:
                sys.exit("the browser is gone")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def note(self, event):
        method, params = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.problems.append(params["exceptionDetails"].get("exception", {}).get("description", str(params)))
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            self.problems.append(str([arg.get("value") for arg in params["args"]]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.problems.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")

    def value(self, script):
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait(self, what, script):
        """Waits until the script gives something that is true."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            value = self.value(script)
            if value:
                print(f"    {what}")
                return value
            time.sleep(0.05)
        sys.exit(f"this did not come about: {what}\n{self.value('document.body.innerText')}")

    def open(self, url):
        """Goes there, also when nobody listens there yet."""
        end = time.monotonic() + LIMIT
        while self.call("Page.navigate", url=url).get("errorText"):
            if time.monotonic() > end:
                sys.exit(f"nobody answers at {url}")
            time.sleep(0.05)

    def view(self, size, is_dark=False):
        width, height = size
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, folder, name):
        """The page in both sizes and both schemes; none of them scrolls to the side."""
        for size in (DESKTOP, PHONE):
            for is_dark in (False, True):
                self.view(size, is_dark)
                wide = self.value("document.documentElement.scrollWidth")
                if wide > size[0]:
                    sys.exit(f"{name}: the page is {wide} px wide, the window {size[0]} px")
                if folder is None:
                    continue
                data = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
                kind = f"{size[0]}-{'dark' if is_dark else 'light'}"
                path = pathlib.Path(folder) / f"{name}-{kind}.png"
                path.write_bytes(base64.b64decode(data))
        self.view(DESKTOP)

    def close(self):
        self.process.terminate()
        self.process.wait()


@contextlib.contextmanager
def browser():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        one = Browser(profile)
        try:
            yield one
        finally:
            one.close()
