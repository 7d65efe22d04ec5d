"""The one command: `bihuan analyse | demo | setup | serve | worker | manage`."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

DEMO_HOME = "var/demo"


def out(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    import django

    django.setup()


def prepare() -> None:
    """Bring database and static files in line with the installed version; quick when nothing changed."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    from bihuan.config import release

    stamp = Path(settings.STATIC_ROOT) / ".release"
    mark = release.mark()
    if not stamp.exists() or stamp.read_text() != mark:
        call_command("collectstatic", verbosity=0, interactive=False, clear=Path(settings.STATIC_ROOT).exists())
        stamp.write_text(mark)


def port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def run_together(commands: Sequence[Sequence[str]]) -> int:
    """Run programs side by side; an interrupt or the end of one ends all of them, within ten seconds."""
    running = [subprocess.Popen(list(command), start_new_session=True) for command in commands]  # noqa: S603
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    while not stopping and all(process.poll() is None for process in running):
        time.sleep(0.2)
    failed = [process for process in running if process.poll() not in {None, 0}]
    for process in running:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + 10
    for process in running:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
    return 1 if failed and not stopping else 0


def web_command(host: str, port: int, workers: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "bihuan.config.wsgi:application",
        f"--bind={host}:{port}",
        f"--workers={workers}",
        "--preload",
        "--log-level=warning",
        "--graceful-timeout=5",
        "--max-requests=20000",
        "--max-requests-jitter=2000",
    ]


def worker_command() -> list[str]:
    return [sys.executable, "-m", "bihuan.config.cli", "worker"]


def serve(host: str, port: int, workers: int) -> int:
    if not port_is_free(host, port):
        sys.stderr.write(f"{host}:{port} is in use; choose another with --port\n")
        return 2
    start_django()
    prepare()
    out(f"http://{host}:{port}/")
    return run_together([web_command(host, port, workers), worker_command()])


def demo(host: str, port: int, workers: int) -> int:
    os.environ.setdefault("BIHUAN_HOME", DEMO_HOME)
    if not port_is_free(host, port):
        sys.stderr.write(f"{host}:{port} is in use; choose another with --port\n")
        return 2
    start_django()
    prepare()
    from bihuan.demo.load import SIGN_INS, demo_load

    demo_load(out)
    out("")
    out(f"  闭环 Bihuan   http://{host}:{port}/")
    out("")
    for username, password, what in SIGN_INS:
        out(f"  {username:<12} {password:<18} {what}")
    out("")
    out("  Ctrl-C 结束 / ends everything")
    return run_together([web_command(host, port, workers), worker_command()])


def setup(name: str, username: str, language: str) -> int:
    start_django()
    prepare()
    from bihuan.config.founding import found
    from bihuan.foundation.errors import DomainError

    try:
        password = found(name=name, username=username, language=language)
    except DomainError as refused:
        sys.stderr.write(f"{refused.message}\n")
        return 2
    out(f"{username}  {password}   (shown only now)")
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="bihuan", description="闭环 Bihuan: service quality management")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (("demo", "start the demo organisation"), ("serve", "start web and worker")):
        one = commands.add_parser(name, help=text)
        one.add_argument("--host", default="127.0.0.1")
        one.add_argument("--port", type=int, default=8000)
        one.add_argument("--workers", type=int, default=2)
    first = commands.add_parser("setup", help="set an empty installation up, once")
    first.add_argument("--name", required=True, help="name of the organisation")
    first.add_argument("--username", default="admin")
    first.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans", help="language of shipped content")
    commands.add_parser("worker", help="run background jobs only", add_help=False)
    commands.add_parser("analyse", help="analyse a survey file; needs no database", add_help=False)
    commands.add_parser("manage", help="Django's own commands", add_help=False)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["analyse"]:
        from bihuan.surveys.cli import analyse_command

        return analyse_command(given[1:])
    if given[:1] in (["worker"], ["manage"]):
        start_django()
        from django.core.management import execute_from_command_line

        execute_from_command_line(["bihuan", *(given if given[0] == "worker" else given[1:])])
        return 0
    options = parser().parse_args(given)
    if options.command == "setup":
        return setup(options.name, options.username, options.language)
    start = demo if options.command == "demo" else serve
    return start(options.host, options.port, options.workers)


if __name__ == "__main__":
    sys.exit(main())
