"""Members that die, freeze and come back: an answer over exactly the members it names, or a
refusal, within the deadline; never a wrong number, a hang or a process left behind.

A proxy that nobody runs is set in the environment of everything here: it must change nothing."""

import os
import random
import resource
import signal
import subprocess
import threading
import time
import unittest
from pathlib import Path

import practice
from lab import (CALL_SECONDS, DONE, FAILED, REFUSED, Lab, binary, cells, commons, is_running,
                 members, until, wait_until_gone)
from oracle import COVID, Pool

LONG = os.environ.get("COMMONS_LONG") == "1"
SEED = 99
OWNERS = ["hawkes-bay", "lakes", "taranaki", "wairarapa", "whanganui"]
SIZES = {owner: Pool(COVID, [owner]).count() for owner in OWNERS}
COUNT = "SELECT COUNT(*) AS n FROM covid_cases"
PROXY = {name: "http://127.0.0.1:9" for name in ("http_proxy", "https_proxy", "grpc_proxy")}
QUESTION_SECONDS = 10  # the contract's deadline
CLIENT_SECONDS = 5     # generous, for starting a client on a busy machine


def federation():
    return Lab(COVID.open_package(), COVID.csvs(OWNERS), "release = 'open'\n", env=PROXY)


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(federation())

    def setUp(self):
        self.everyone_up()

    def everyone_up(self):
        for member, row in self.lab.status().items():
            if not row["up"]:
                self.lab.start(member)
        # Whoever was frozen in the test before is asked again once it has been heard of.
        until(lambda: members(self.lab.query(COUNT)) == OWNERS, "an answer of all")

    def check_exact(self, outcome, elapsed=0):
        """An exact answer over the members it names, or a refusal, in time. True when answered."""
        self.assertLess(elapsed, QUESTION_SECONDS + CLIENT_SECONDS)
        self.assertIn(outcome.code, (DONE, REFUSED), outcome.err)
        if outcome.code == REFUSED:
            self.assertTrue(outcome.json["refused"]["reason"])
            return False
        answered = members(outcome.json)
        self.assertEqual(cells(outcome.json)[()]["n"], sum(SIZES[m] for m in answered), answered)
        return True

    def expect_everybody(self, answer):
        self.assertEqual(members(answer), OWNERS, answer["members"])

    def timed(self, *args):
        begin = time.monotonic()
        outcome = self.lab.ask(COUNT, *args, timeout=CALL_SECONDS)
        return outcome, time.monotonic() - begin

    def test_a_killed_member_is_named_offline_and_the_others_answer(self):
        self.lab.kill("taranaki")
        answer = self.lab.query(COUNT)
        self.assertEqual(members(answer), [o for o in OWNERS if o != "taranaki"],
                         answer["members"])
        (offline,) = [m for m in answer["members"] if m["status"] == "offline"]
        self.assertEqual((offline["member"], offline["reason"]), ("taranaki", "UNREACHABLE"))
        self.assertTrue(self.check_exact(*self.timed()))
        self.assertFalse(self.lab.status()["taranaki"]["up"])

    def test_restart_after_kill_catches_up_and_answers(self):
        for member in ("hawkes-bay", "wairarapa"):
            self.lab.kill(member)
            self.lab.start(member)  # returns when it has caught up
            self.expect_everybody(self.lab.query(COUNT))
            self.expect_everybody(self.lab.query(COUNT, "--from", member))
        heads = {row["head"] for row in self.lab.status().values()}
        self.assertEqual(len(heads), 1)

    def test_the_first_member_that_is_up_asks(self):
        self.lab.stop("hawkes-bay")
        self.assertEqual(members(self.lab.query(COUNT)), OWNERS[1:])

    def test_a_frozen_process_gives_an_answer_or_a_refusal_in_time(self):
        pick = random.Random(SEED)
        answered = 0
        for number in range(20 if LONG else 6):
            member = pick.choice(OWNERS[1:])
            pid = self.lab.status()[member]["pid"]
            timer = threading.Timer(pick.uniform(0, 0.15), os.kill, (pid, signal.SIGSTOP))
            timer.start()
            try:
                with self.subTest(seed=SEED, number=number, frozen=member):
                    answered += self.check_exact(*self.timed())
            finally:
                timer.join()
                os.kill(pid, signal.SIGCONT)
        self.assertGreater(answered, 0)

    def test_many_questions_while_members_die_and_return(self):
        end = threading.Event()
        troubles, returned = [], []

        def trouble(pick=random.Random(SEED)):
            try:
                while not end.is_set():
                    member = pick.choice(OWNERS[1:])
                    self.lab.kill(member)
                    end.wait(pick.uniform(0, 0.4))
                    self.lab.start(member)
                    end.wait(pick.uniform(0, 0.3))
                    returned.append(member)
            except BaseException as error:  # a thread of its own: else nobody would know
                troubles.append(error)

        thread = threading.Thread(target=trouble)
        thread.start()
        try:
            answered = sum(self.check_exact(*self.timed("--from", OWNERS[0]))
                           for _ in range(200 if LONG else 40))
        finally:
            end.set()
            thread.join()
        self.assertEqual(troubles, [])
        self.assertTrue(returned)
        self.assertGreater(answered, 0)
        self.everyone_up()
        self.expect_everybody(self.lab.query(COUNT))

    def test_a_second_daemon_in_the_same_directory_is_refused(self):
        self.refuse_daemon(self.lab.member_dir("lakes"))

    def test_a_second_daemon_on_the_same_port_is_refused(self):
        address = self.lab.status()["lakes"]["address"]
        other = self.lab.root / "other"
        commons("node", "init", "--dir", other, "--name", "other", "--contact", "nobody",
                "--listen", address).expect(DONE)
        self.refuse_daemon(other)

    def refuse_daemon(self, folder):
        second = subprocess.run([binary("commonsd"), "--dir", folder], stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, timeout=30)
        self.assertNotEqual(second.returncode, 0)
        errors = [line for line in second.stderr.splitlines() if "level=error" in line]
        self.assertEqual(len(errors), 1, second.stderr)
        self.assertIn("event=start_failed", errors[0])
        self.assertNotIn("event=grpc", second.stderr)
        self.assertEqual(members(self.lab.query(COUNT)), OWNERS)

    def test_sigterm_ends_a_daemon_with_exit_0(self):
        folder = self.lab.member_dir("whanganui")
        self.lab.stop("whanganui")
        daemon = subprocess.Popen([binary("commonsd"), "--dir", folder], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            for line in daemon.stderr:
                if "started" in line:
                    break
            daemon.send_signal(signal.SIGTERM)
            daemon.communicate(timeout=30)
            self.assertEqual(daemon.returncode, 0)
        finally:
            daemon.kill()

    def test_no_core_dumps_of_what_a_daemon_holds(self):
        for row in self.lab.status().values():
            limits = Path(f"/proc/{row['pid']}/limits").read_text(encoding="ascii")
            (core,) = [line for line in limits.splitlines()
                       if line.startswith("Max core file size")]
            self.assertEqual(core.split()[4:6], ["0", "0"])


class Endings(unittest.TestCase):
    def test_a_daemon_that_dies_during_an_import_keeps_the_old_edition(self):
        with Lab(practice.open_package(), practice.csvs(["tui"], 500), "release = 'open'\n") as lab:
            large = lab.root / "large.csv"
            self.write_large(large, 8 * self.LARGE)
            question = "SELECT COUNT(*) AS n FROM visits"
            arguments = ["dataset", "import", "--dir", lab.member_dir("tui"), "--dataset", "visits",
                         "--data", large]
            unfinished = lab.member_dir("tui") / "db" / "import"
            pick = random.Random(SEED)
            for number in range(10 if LONG else 4):
                # With nothing tidied, once the columns on disk have grown so far.
                died_at = pick.randrange(1 << 18, self.COLUMN_BYTES_MIN)
                with self.subTest(seed=SEED, number=number, died_at=died_at):
                    pid = lab.status()["tui"]["pid"]
                    command = subprocess.Popen([binary("commons"), *arguments],
                                               stdout=subprocess.DEVNULL,
                                               stderr=subprocess.DEVNULL)
                    self.wait_for(lambda: self.bytes_in(unfinished) >= died_at, command)
                    os.kill(pid, signal.SIGKILL)
                    self.assertEqual(command.wait(CALL_SECONDS), FAILED)
                    wait_until_gone(pid)
                    self.assertGreaterEqual(self.bytes_in(unfinished), died_at)
                    lab.start("tui")
                    self.assertFalse(unfinished.exists())
                    self.assertEqual(cells(lab.query(question))[()]["n"], 500)
                    self.assertEqual(lab.status()["tui"]["epoch"], 1)
            commons(*arguments).expect(DONE)
            self.assertEqual(cells(lab.query(question))[()]["n"], 8 * self.LARGE)

    # A full disk, or a limit on files, must not end a daemon that can say so.
    def test_a_file_as_long_as_may_be_fails_the_import_and_not_the_daemon(self):
        with Lab(practice.open_package(), practice.csvs(["tui"], 500), "release = 'open'\n") as lab:
            large = lab.root / "large.csv"
            self.write_large(large)
            pid = lab.status()["tui"]["pid"]
            resource.prlimit(pid, resource.RLIMIT_FSIZE,
                             (1 << 18, resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]))
            refused = commons("dataset", "import", "--dir", lab.member_dir("tui"),
                              "--dataset", "visits", "--data", large)
            refused.expect(FAILED)
            self.assertIn("File too large; nothing was changed", refused.err)
            self.assertEqual(lab.status()["tui"]["pid"], pid)
            answer = lab.query("SELECT COUNT(*) AS n FROM visits")
            self.assertEqual(cells(answer)[()]["n"], 500)

    def bytes_in(self, folder):
        try:
            return sum(path.stat().st_size for path in folder.iterdir())
        except FileNotFoundError:  # not made yet, or tidied meanwhile
            return 0

    # Without the daemon's hand in the inbox the placed file stays there, with raw rows, for ever.
    def test_an_importing_command_that_is_killed_leaves_no_rows_in_the_inbox(self):
        with Lab(practice.open_package(), practice.csvs(["tui"], 500), "release = 'open'\n") as lab:
            large = lab.root / "large.csv"
            self.write_large(large, 8 * self.LARGE)
            inbox = lab.member_dir("tui") / "inbox"
            for end in (signal.SIGHUP, signal.SIGKILL):
                with self.subTest(signal=end):
                    before = lab.status()["tui"]["epoch"]
                    command = subprocess.Popen(
                        [binary("commons"), "dataset", "import", "--dir", lab.member_dir("tui"),
                         "--dataset", "visits", "--data", large],
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    # The daemon has begun: it writes an edition.
                    unfinished = lab.member_dir("tui") / "db" / "import"
                    self.wait_for(lambda: unfinished.exists() and any(unfinished.iterdir()),
                                  command)
                    command.send_signal(end)
                    command.wait()
                    self.wait_for(lambda: not list(inbox.iterdir()))
                    self.wait_for(lambda: not any(unfinished.iterdir()))
                    self.assertEqual(lab.status()["tui"]["epoch"], before)
                    answer = lab.query("SELECT COUNT(*) AS n FROM visits")
                    self.assertEqual(cells(answer)[()]["n"], 500)
                    self.assertTrue(large.exists())

    def wait_for(self, condition, command=None):
        deadline = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            if command is not None:
                self.assertIsNone(command.poll(), "the import ended too soon to be killed")
            time.sleep(0.002)

    LARGE = 500_000
    COLUMN_BYTES_MIN = 2 * LARGE  # on disk; more than three bytes for each row

    def write_large(self, path, rows=LARGE):
        text = practice.to_csv(practice.rows(1000, 7))
        head, body = text.split("\r\n", 1)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(head + "\r\n")
            for _ in range(rows // 1000):
                file.write(body)

    def test_down_leaves_no_process_even_of_a_frozen_member(self):
        with federation() as lab:
            pids = [row["pid"] for row in lab.status().values()]
            self.assertEqual(sorted(lab.pids_on_disk()), sorted(pids))
            lab.kill("lakes", signal.SIGSTOP)  # down must end this one too
            lab.down()
            for pid in pids:
                self.assertFalse(is_running(pid), pid)
            self.assertEqual(lab.refusal(COUNT)["refused"]["reason"], "UNREACHABLE")

    def test_a_start_that_is_interrupted_can_be_taken_down(self):
        lab = federation()
        try:
            starting = subprocess.Popen(
                [binary("commons"), "lab", "up", "--dir", lab.dir, "--package", lab.package,
                 "--data", lab.data, "--policy", lab.policy], stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
            deadline = time.monotonic() + 30
            while not lab.pids_on_disk() and time.monotonic() < deadline:
                time.sleep(0.01)
            starting.kill()
            starting.wait()
            pids = lab.pids_on_disk()
            self.assertTrue(pids)
            lab.down()
            self.assertEqual([pid for pid in pids if is_running(pid)], [])
        finally:
            lab.close()


if __name__ == "__main__":
    unittest.main()
