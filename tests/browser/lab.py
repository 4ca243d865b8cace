"""A JupyterLab that only this test run sees, and the Chromium that looks at it.

    with Lab.start(folder_of_notebooks) as lab:
        page = lab.open("04_backward.ipynb")
        lab.run_all(page)
        assert lab.failed_cells(page) == []
        lab.screenshot(page, "04_backward")

`page` is an ordinary playwright page. Notebooks are opened from a copy, so that nothing in the clone is
modified.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

NO_CHROMIUM = (
    "The browser tests need Chromium or Chrome: install one (Debian, Ubuntu: apt install chromium), "
    "or name it with CHROMIUM=/path/to/chrome"
)
CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"]
CHROMIUM_PLACES = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "${PROGRAMFILES}/Google/Chrome/Application/chrome.exe",
    "${PROGRAMFILES(X86)}/Google/Chrome/Application/chrome.exe",
    "${LOCALAPPDATA}/Google/Chrome/Application/chrome.exe",
    "${PROGRAMFILES(X86)}/Microsoft/Edge/Application/msedge.exe",
]
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# What a person may wait for is a second; what a busy machine of two cores may need is a minute.
PATIENCE_MS = 60_000

JUPYTERLAB_SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Every cell stays in the page, also those outside the window, so that a test can ask for it.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none", "scrollPastEnd": False},
}


def find_chromium():
    """Path of $CHROMIUM, or of the first Chromium, Chrome or Edge in the usual places; None without one."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    found = filter(None, map(shutil.which, CHROMIUM_NAMES))
    installed = (place for place in map(os.path.expandvars, CHROMIUM_PLACES) if Path(place).is_file())
    return next(found, None) or next(installed, None)


def screenshot_folder():
    """$BROWSER_SHOTS, or a folder among the system's temporary files; never one in the repository."""
    return Path(os.environ.get("BROWSER_SHOTS") or Path(tempfile.gettempdir(), "backprop-course-screenshots"))


class Lab:
    """A running JupyterLab (`url`, `token`) and the `browser` that opens its notebooks."""

    def __init__(self, url, token, browser):
        self.url, self.token, self.browser = url, token, browser

    @classmethod
    @contextmanager
    def start(cls, notebooks):
        """Serve the folder `notebooks` on a free port of this machine, with settings and data of its own."""
        # Only here: who asks for Chromium's path need not have it.
        from playwright.sync_api import sync_playwright

        with (
            tempfile.TemporaryDirectory(prefix="backprop-lab-", ignore_cleanup_errors=True) as home,
            _jupyterlab(Path(notebooks), Path(home)) as (url, token),
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(
                executable_path=find_chromium(),
                args=CHROMIUM_FLAGS,
                chromium_sandbox=hasattr(os, "geteuid") and os.geteuid() != 0,
            )
            yield cls(url, token, browser)
            browser.close()

    def open(self, name, width=1100, height=1000):
        """Open one notebook and return its page as soon as the kernel is idle. Nothing has been run."""
        page = self.browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{self.url}lab/tree/{name}?token={self.token}&reset")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        # The notebook's own indicator says idle before the session exists; the status bar does not.
        page.locator("#jp-main-statusbar", has_text="| Idle").wait_for()
        page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
        return page

    def close(self, page):
        """Close the page and end its kernel."""
        page.close()
        for session in json.loads(self._request("api/sessions")):
            self._request(f"api/sessions/{session['id']}", method="DELETE")

    def run_all(self, page, timeout=180):
        """Run every cell within `timeout` seconds; return when the kernel is done and widgets are drawn."""
        page.evaluate(RUN_ALL, timeout * 1000)
        page.wait_for_function(WIDGETS_ARE_DRAWN)

    def failed_cells(self, page):
        """What went wrong, a line per code cell: an error that no tag announces, or never run."""
        return page.evaluate(FAILED_CELLS)

    def set_theme(self, page, name):
        """Switch to "JupyterLab Light", "JupyterLab Dark" or another installed theme."""
        page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", name)
        page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=name)
        page.locator("#jupyterlab-splash").wait_for(state="detached")

    def screenshot(self, page, name):
        """Photograph the notebook from top to bottom, a window at a time; return name-01.png, …"""
        folder = screenshot_folder()
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{name}-[0-9][0-9].png"):
            old.unlink()
        scroller = page.locator(".jp-NotebookPanel-notebook .jp-WindowedPanel-outer")
        window, whole = scroller.evaluate("it => [it.clientHeight, it.scrollHeight]")
        shots = []
        for top in range(0, whole, window):
            scroller.evaluate("(it, top) => it.scrollTo({top, behavior: 'instant'})", top)
            shots.append(folder / f"{name}-{len(shots) + 1:02}.png")
            page.screenshot(path=shots[-1])
        return shots

    def _request(self, path, method="GET"):
        request = Request(self.url + path, method=method, headers={"Authorization": f"token {self.token}"})
        with urlopen(request, timeout=10) as answer:
            return answer.read()


# When a cell fails, even if a tag announces it, the command answers before the cells after it have run. But
# they are queued by then, and the kernel answers in order: its answer to one more question means that it
# dealt with all of them.
RUN_ALL = """milliseconds => Promise.race([
    jupyterapp.commands.execute('notebook:run-all-cells')
        .then(() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestKernelInfo())
        .then(() => {}),
    new Promise((_, reject) => setTimeout(reject, milliseconds, Error('the notebook is still running'))),
])"""

WIDGETS_ARE_DRAWN = "() => !document.querySelector('.jp-Notebook').textContent.includes('Loading widget...')"

FAILED_CELLS = """() => {
    const failures = [];
    const cells = jupyterapp.shell.currentWidget.content.model.cells;
    for (let i = 0; i < cells.length; i++) {
        const cell = cells.get(i);
        if (cell.type !== 'code' || !cell.sharedModel.getSource().trim()) continue;
        const tags = cell.getMetadata('tags') ?? [];
        if (tags.includes('nbval-skip')) continue;
        if (cell.executionCount === null) failures.push(`cell ${i} never ran`);
        for (let j = 0; j < cell.outputs.length; j++) {
            const output = cell.outputs.get(j).toJSON();
            if (output.output_type === 'error' && !tags.includes('raises-exception'))
                failures.push(`cell ${i}: ${output.ename}: ${output.evalue}`);
        }
    }
    return failures;
}"""


@contextmanager
def _jupyterlab(notebooks, home):
    """Run `jupyter lab` and yield (url, token) when it answers."""
    for plugin, settings in JUPYTERLAB_SETTINGS.items():
        file = home / "settings" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
    token = secrets.token_hex(16)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ip=127.0.0.1", f"--port={port}", f"--IdentityProvider.token={token}"),
        *(
            f"--ServerApp.root_dir={notebooks}",
            "--LabApp.news_url=None",
            "--LabApp.expose_app_in_browser=True",
        ),
    ]
    log = home / "jupyterlab.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=notebooks
        )
    try:
        # The port may have been taken since we asked for it. The server then moves to another one and writes
        # it down.
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not (records := list(home.glob("runtime/jpserver-*.json"))):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")
            time.sleep(0.1)
        yield json.loads(records[0].read_text())["url"], token
    finally:
        server.terminate()
        server.wait(20)
