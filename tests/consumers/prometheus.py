# SPDX-License-Identifier: LGPL-2.1-or-later
"""prometheus.py - metrics through promtool, node_exporter and Prometheus, which are started
on free ports.
"""
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from captures import LEAK, command, has, write
from lib import verdict


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def fetch(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read().decode()


def until(seconds, what):
    """The first true answer, None if there is none in that time"""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            answer = what()
        except (OSError, urllib.error.URLError):
            answer = None
        if answer:
            return answer
        time.sleep(0.2)
    return None


def query(server, question):
    """Value by the labels that are ours; None before the first scrape"""
    answer = json.loads(fetch(f"{server}/api/v1/query?" +
                              urllib.parse.urlencode({"query": question})))
    return {tuple(v for k, v in sorted(r["metric"].items())
                  if k not in ("__name__", "instance", "job")): float(r["value"][1])
            for r in answer["data"]["result"]}


def check_prometheus(dump):
    os.mkdir("textfile")
    write("prometheus", "textfile/pageowner.prom", LEAK)
    with open("textfile/pageowner.prom", "rb") as f:
        text = f.read()
    if has("promtool"):
        verdict(command("promtool", "check", "metrics", stdin=text) == "",
                "prometheus, promtool: nothing to remark")
    if not has("prometheus-node-exporter") or not has("prometheus"):
        return
    exporter, server = (f"127.0.0.1:{free_port()}" for _ in range(2))
    with open("prometheus.yml", "w", encoding="utf-8") as f:
        f.write("scrape_configs:\n- job_name: node\n  scrape_interval: 1s\n"
                f"  static_configs:\n  - targets: ['{exporter}']\n")
    with open("servers.log", "wb") as log:
        started = [subprocess.Popen(arguments, stdout=log, stderr=log) for arguments in (
            ["prometheus-node-exporter", "--collector.disable-defaults",
             "--collector.textfile", "--collector.textfile.directory=textfile",
             f"--web.listen-address={exporter}"],
            ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb",
             f"--web.listen-address={server}"])]
    try:
        metrics = until(30, lambda: fetch(f"http://{exporter}/metrics")) or ""
        verdict("node_textfile_scrape_error 0\n" in metrics and
                'node_textfile_mtime_seconds{file="' in metrics,
                "prometheus, node_exporter: takes the textfile")
        server = f"http://{server}"
        held = until(60, lambda: query(server, "pageowner_held_bytes"))
        verdict(held == {(): dump.total}, "prometheus, prometheus: scraped, all bytes")
        for label in "module", "node", "migratetype":
            verdict(query(server, f"pageowner_{label}_bytes") ==
                    {(k,) if k else (): v for k, v in dump.labels[label].items()},
                    f"prometheus, prometheus: bytes by {label}")
        verdict(query(server, "sum(pageowner_stack_bytes)") == {(): dump.total} and
                query(server, "count(pageowner_stack_bytes)") == {(): 51} and
                list(query(server, 'topk(1, pageowner_stack_bytes{stack_id!="other"})')
                     .values()) == [max(dump.bytes.values())],
                "prometheus, prometheus: 50 stacks and the rest, the largest first")
    except OSError as error:
        with open("servers.log", encoding="utf-8", errors="replace") as log:
            print("".join(f"# {line}" for line in log.readlines()[-20:]), end="")
        verdict(False, f"prometheus, prometheus: {error}")
    finally:
        for process in started:
            process.terminate()
            process.wait()
