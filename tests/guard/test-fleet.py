#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""test-fleet.py - what docs/fleet.md tells to type does what it says: promtool and
ClickHouse where they are installed, and a server that looks closely at what is pushed.
"""
import base64
import gzip
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

from lib import DATA, SOURCE, finish, tool, verdict

SORT = tool("sort")
WORK = DATA + "/real/linux-6.12-1-work.page_owner.xz"
FLEET = os.path.join(SOURCE, "bench/fleet")
with open(os.path.join(SOURCE, "docs/fleet.md"), encoding="utf-8") as doc:
    BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", doc.read(), re.M | re.S)
SQL = [text for kind, text in BLOCKS if kind == "sql"]
SH = [text for kind, text in BLOCKS if kind == "sh"]


def has(*programs):
    for program in programs:
        if not shutil.which(program):
            print(f"# skipped: there is no {program}", flush=True)
            return False
    return True


def shell(text, tmp, **variables):
    """Run what the document shows, with our programs in front of all others."""
    os.makedirs(tmp + "/bin", exist_ok=True)
    wrapper = tmp + "/bin/pageowner-sort"
    with open(wrapper, "w", encoding="utf-8") as file:
        file.write('#!/bin/sh\nexec %s "$@"\n' % SORT)
    os.chmod(wrapper, 0o755)
    environment = dict(os.environ, PATH=tmp + "/bin:" + os.environ["PATH"], **variables)
    return subprocess.run(["sh", "-e", "-c", text], cwd=tmp, env=environment, text=True,
                          capture_output=True, check=False)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


# --- Prometheus

def check_rules(tmp):
    if not has("promtool"):
        return
    for name in ("pageowner-rules.yml", "pageowner-rules-test.yml"):
        shutil.copy(os.path.join(SOURCE, "examples", name), tmp)
    done = subprocess.run(["promtool", "check", "rules", "pageowner-rules.yml"], cwd=tmp,
                          capture_output=True, text=True, check=False)
    verdict(done.returncode == 0 and "3 rules" in done.stdout, "promtool takes the rules")
    done = subprocess.run(["promtool", "test", "rules", "pageowner-rules-test.yml"], cwd=tmp,
                          capture_output=True, text=True, check=False)
    verdict(done.returncode == 0, "the alerts fire when they should" + done.stderr)


def check_textfile(tmp):
    command = next(text for text in SH if "--format=prometheus -o /var" in text)
    command = command.replace("/var/lib/prometheus/node-exporter", tmp)
    done = shell(command, tmp)
    with open(tmp + "/pageowner.prom", encoding="utf-8") as file:
        series = [line for line in file if not line.startswith("#")]
    verdict(done.returncode == 0 and 50 < len(series) < 80,
            f"a textfile has {len(series)} series")


# --- ClickHouse

CONFIG = """<yandex><logger><level>error</level><log>{0}/log</log><errorlog>{0}/errors</errorlog>
</logger><tcp_port>{1}</tcp_port><listen_host>127.0.0.1</listen_host><path>{0}/data/</path>
<tmp_path>{0}/tmp/</tmp_path><mark_cache_size>5368709120</mark_cache_size>
<users_config>{0}/users.xml</users_config><default_profile>default</default_profile>
<default_database>default</default_database></yandex>"""
USERS = """<yandex><profiles><default/></profiles><users><default><password/><networks>
<ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
</users><quotas><default/></quotas></yandex>"""


class ClickHouse:
    """A server of our own, and no longer than the with statement."""

    def __init__(self, tmp):
        self.tmp = tmp + "/clickhouse"
        self.port = free_port()

    def __enter__(self):
        os.makedirs(self.tmp)
        for name, text in (("config.xml", CONFIG), ("users.xml", USERS)):
            with open(f"{self.tmp}/{name}", "w", encoding="utf-8") as file:
                file.write(text.format(self.tmp, self.port))
        with open(self.tmp + "/output", "w", encoding="utf-8") as output:
            self.server = subprocess.Popen(
                ["clickhouse-server", f"--config-file={self.tmp}/config.xml"],
                cwd=self.tmp, stdout=output, stderr=output)
        for _ in range(150):
            if self.query("SELECT 1", quiet=True) == "1\n" or self.server.poll() is not None:
                break
            time.sleep(0.2)
        return self

    def __exit__(self, *exception):
        self.server.terminate()
        try:
            self.server.wait(10)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()

    def query(self, text, quiet=False):
        done = subprocess.run(["clickhouse-client", f"--port={self.port}", "--host=127.0.0.1",
                               "-n", f"--query={text}"],
                              capture_output=True, text=True, check=False)
        if done.returncode and not quiet:
            print(done.stderr)
        return done.stdout


def check_clickhouse(tmp):
    if not has("clickhouse-server", "clickhouse-client"):
        return
    with ClickHouse(tmp) as house:
        house.query(SQL[0])
        verdict(house.query("SHOW TABLES").count("\n") == 5, "ClickHouse takes the schema")
        load = next(text for text in SH if "INSERT INTO" in text)
        load = load.replace("clickhouse-client", f"clickhouse-client --port={house.port}")
        # What pageowner-capture writes in front of the kernel's text
        with open(tmp + "/page_owner.zst", "wb") as file:
            file.write(b"PFN# pageowner-capture: 1\nPFN# hostname: real\n"
                       b"PFN# kernel: 6.12\nPFN# start-time: 2026-11-23T10:00:00.5Z\n\n")
            file.write(subprocess.run(["xz", "-dc", WORK], capture_output=True,
                                      check=True).stdout)
            file.write(b"PFN# complete: yes\n")
        done = shell(load, tmp)
        rows = house.query("SELECT any(host), any(kernel), any(toUnixTimestamp(time)), "
                           "sum(pages), uniq(stack_id) FROM pageowner_held")
        verdict(done.returncode == 0 and rows.startswith("real\t6.12\t1795428000\t47092\t"),
                f"a real capture is loaded: {rows.strip()}{done.stderr}")
        house.query("TRUNCATE TABLE pageowner_held")

        done = shell("pageowner-sort --format=ndjson --cull=callstack page_owner.zst "
                     f"> base.ndjson; {FLEET} ndjson --hosts=6 --snapshots=24 base.ndjson |" +
                     load.split("|\n", 1)[1], tmp)
        verdict(done.returncode == 0 and
                house.query("SELECT uniq(host), uniq(time) FROM pageowner_held") == "6\t24\n",
                f"a fleet is loaded{done.stderr}")
        grows = house.query(SQL[1]).splitlines()
        verdict(len(grows) == 1 and grows[0].startswith("3\t") and
                grows[0].endswith("\tpipe_write"), f"what grows on most hosts: {grows}")
        builds = house.query(SQL[2]).splitlines()
        verdict(re.match(r"\['6.12.48: -?\d KiB/h','6.12.57: 6\d KiB/h'\].*\tpipe_write$",
                         builds[0] if builds else ""), f"which build leaks: {builds[:1]}")
        folded = house.query(SQL[3]).splitlines()
        held = house.query("SELECT sum(bytes) FROM pageowner_held "
                           "WHERE time = (SELECT max(time) FROM pageowner_held)")
        verdict(sum(int(line.rsplit(" ", 1)[1]) for line in folded) == int(held) and
                any("ksys_write;vfs_write;pipe_write;" in line for line in folded) and
                not any("+0x" in line for line in folded), "a flame graph of all of it")


# --- Parca and Pyroscope

class Profiler(http.server.BaseHTTPRequestHandler):
    """Takes what their documents say that they take, and keeps it for us to see."""
    got = {}

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_json = self.headers["Content-Type"] == "application/json"
        Profiler.got[self.path] = json.loads(body) if is_json else None
        self.send_response(200 if is_json else 415)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *ignored):
        pass


def is_profile(text, path):
    data = base64.b64decode(text, validate=True)
    with open(path, "rb") as file:
        return data == file.read() and b"inuse_space" in gzip.decompress(data)


def check_push(tmp):
    if not has("curl"):
        return
    done = shell(next(text for text in SH if "--format=pprof" in text), tmp)
    if "built without" in done.stderr:
        print("# skipped: this was built without pprof")
        return
    server = http.server.HTTPServer(("127.0.0.1", 0), Profiler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    profile = tmp + "/page_owner.pb.gz"
    host = {"name": "instance", "value": os.uname().nodename}
    try:
        for text in SH:
            if "$PYROSCOPE" in text or "$PARCA" in text:
                done = shell(text, tmp, PYROSCOPE=address, PARCA=address)
                verdict(done.returncode == 0, f"a push is taken{done.stderr}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    series, = Profiler.got["/push.v1.PusherService/Push"]["series"]
    sample, = series["samples"]
    verdict({"__name__", "service_name"} <= {label["name"] for label in series["labels"]} and
            host in series["labels"] and uuid.UUID(sample["ID"]) and
            is_profile(sample["rawProfile"], profile), "Pyroscope gets a profile and labels")
    series, = Profiler.got["/profiles/writeraw"]["series"]
    sample, = series["samples"]
    labels = series["labels"]["labels"]
    verdict("__name__" in {label["name"] for label in labels} and host in labels and
            is_profile(sample["rawProfile"], profile), "Parca gets a profile and labels")


def main():
    if not has("xz"):
        sys.exit(77)
    with tempfile.TemporaryDirectory() as tmp:
        with open(tmp + "/page_owner.zst", "wb") as file:
            file.write(subprocess.run(["xz", "-dc", WORK], capture_output=True,
                                      check=True).stdout)
        check_rules(tmp)
        check_textfile(tmp)
        check_clickhouse(tmp)
        check_push(tmp)
    finish()


main()
