"""JavaScript programs of the library, run in the node binary that comes with playwright."""

import json
import struct
import subprocess

import pytest

# Numbers travel as the sixteen digits of their bits: JSON knows neither NaN nor Infinity nor −0.
DRIVER = """
const view = new DataView(new ArrayBuffer(8));
const toNumber = (digits) => { view.setBigUint64(0, BigInt("0x" + digits)); return view.getFloat64(0); };
const toDigits = (x) => {
  if (typeof x !== "number") throw new TypeError(`a number was promised, and this is a ${typeof x}`);
  view.setFloat64(0, x);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
};
const pack = (x) => Array.isArray(x) ? x.map(pack) : toDigits(x);
const run = ([text, points]) => {
  const program = new Function(`"use strict"; return (${text});`)();
  return points.map((point) => {
    const result = program(...point.map(toNumber));
    return typeof result === "number" ? toDigits(result)
      : Object.fromEntries(Object.entries(result).map(([key, x]) => [key, pack(x)]));
  });
};
const jobs = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(jobs.map(run)));
"""


def node():
    """The path of the binary."""
    driver = pytest.importorskip("playwright._impl._driver")
    return driver.compute_driver_executable()[0]


def run(jobs):
    """[(text of a function, points), …] → for each the list of what it returns, all in one process."""
    packed = [[text, [[digits(x) for x in point] for point in points]] for text, points in jobs]
    return [
        [unpacked(result) for result in results] for results in json.loads(script(DRIVER, json.dumps(packed)))
    ]


def script(text, sent=""):
    """What a script prints."""
    done = subprocess.run(
        [node(), "--no-warnings", "-e", text], input=sent, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def digits(x):
    return struct.pack(">d", x).hex()


def unpacked(x):
    if isinstance(x, dict):
        return {key: unpacked(part) for key, part in x.items()}
    if isinstance(x, list):
        return [unpacked(part) for part in x]
    return struct.unpack(">d", bytes.fromhex(x))[0]
