"""A PostgreSQL server of a test's own, where one is installed: in a folder that goes with it, on a
socket in that folder alone.

    with Server() as server:
        server.run("SELECT 1, 'a'")  # [["1", "a"]]; NULL is None
"""

import csv
import glob
import io
import os
import pwd
import shutil
import subprocess
import tempfile

NULL = "(null)"


def program(name):
    """Its path, or None: distributions keep the server's programs off the PATH."""
    return shutil.which(name) or next(iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"),
                                                  reverse=True)), None)


def installed():
    return all(program(name) for name in ("initdb", "pg_ctl", "psql"))


class Server:
    def __init__(self):
        # It refuses to run as root.
        self.user = None
        if os.geteuid() == 0:
            names = {entry.pw_name for entry in pwd.getpwall()}
            self.user = "postgres" if "postgres" in names else "nobody"

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="pg")
        os.chmod(self.folder, 0o755)
        if self.user:
            shutil.chown(self.folder, self.user)
        self.data = os.path.join(self.folder, "data")
        self._call("initdb", "-D", self.data, "-U", "tester", "-A", "trust", "--locale=C",
                   "-E", "UTF8", "--no-sync")
        self._call("pg_ctl", "-D", self.data, "-w", "-l", os.path.join(self.folder, "log"), "-o",
                   f"-c listen_addresses='' -c fsync=off -k {self.folder}", "start")
        return self

    def __exit__(self, *_):
        self._call("pg_ctl", "-D", self.data, "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _call(self, name, *args):
        subprocess.run([program(name), *args], check=True, user=self.user, cwd=self.folder,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def run(self, sql, data=""):
        """Rows of text; `data` is what COPY ... FROM STDIN reads."""
        done = subprocess.run(
            [program("psql"), "-X", "-q", "-h", self.folder, "-U", "tester", "-d", "postgres",
             "-v", "ON_ERROR_STOP=1", "-t", "--csv", "-P", f"null={NULL}", "-c", sql],
            input=data, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ValueError(f"{sql}: {done.stderr}")
        return [[None if field == NULL else field for field in row]
                for row in csv.reader(io.StringIO(done.stdout))]
