"""A practice federation that was stopped, killed or never finished: how it comes back, and that an
interrupted `lab up` leaves nothing."""

import os
import signal
import subprocess
import time
import unittest

import practice
from guarded_folder import processes_in
from lab import DONE, FAILED, REFUSED, WRONG_USE, Lab, binary, commons, members

OWNERS = ["kainga", "rata", "tui"]
COUNT = "SELECT COUNT(*) AS n FROM visits"


def federation(more_policy=""):
    return Lab(practice.open_package(), practice.csvs(OWNERS, 20),
               f"release = 'open'\n{more_policy}")


class ComesBack(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(federation())

    def setUp(self):
        self.lab.run("start").expect(DONE)

    def everyone_answers(self):
        for owner in OWNERS:
            answer = self.lab.query(COUNT, "--from", owner)
            self.assertEqual(members(answer), OWNERS, (owner, answer["members"]))

    def test_all_start_again_after_down(self):
        self.lab.down()
        self.assertEqual(self.lab.pids_on_disk(), [])
        self.assertIn(f"commons lab start --dir {self.lab.dir}", self.lab.up(WRONG_USE).err)
        self.lab.run("start").expect(DONE)
        self.everyone_answers()

    def test_all_start_again_after_a_power_cut(self):
        for owner in OWNERS:
            self.lab.kill(owner)
        self.lab.run("start").expect(DONE)
        self.everyone_answers()

    def test_the_first_to_start_does_not_wait_for_those_that_are_down(self):
        self.lab.down()
        for owner in OWNERS:
            self.lab.start(owner)  # fails when it gives up
            self.assertTrue(self.lab.status()[owner]["up"])
        self.everyone_answers()

    def test_a_question_to_nobody_is_told_how_to_start(self):
        self.lab.down()
        for command in ("query", "explain"):
            told = self.lab.run(command, "--format", "json", COUNT).expect(REFUSED).json["refused"]
            self.assertEqual(told["reason"], "UNREACHABLE")
            self.assertTrue(told["message"].endswith(f"commons lab start --dir {self.lab.dir}"),
                            told)
        for how in ("stop", "kill"):
            with self.subTest(how=how):
                self.lab.start("tui")
                getattr(self.lab, how)("tui")
                self.lab.status()
                refused = self.lab.run("query", "--from", "tui", COUNT).expect(REFUSED)
                self.assertIn(f"commons lab start --dir {self.lab.dir} tui", refused.err)
                self.assertNotIn("unix:", refused.err)

    def test_a_daemon_that_was_killed_is_not_spoken_to_in_grpc(self):
        self.lab.kill("rata")
        self.lab.status()
        node = self.lab.member_dir("rata")
        outcome = commons("node", "status", "--dir", node)
        self.assertEqual(outcome.err, f"commons: no daemon runs in {node}; start it with: "
                                      f"commonsd --dir {node}\n")


    def test_a_stopped_process_is_said_to_be_so(self):
        pid = self.lab.status()["rata"]["pid"]
        os.kill(pid, signal.SIGSTOP)
        self.addCleanup(os.kill, pid, signal.SIGCONT)
        outcome = self.lab.start("rata", FAILED)
        words = rf"process {pid}\) was stopped by a signal .* kill -CONT {pid}"
        self.assertRegex(outcome.err, rf"^commons: rata: .*{words}\n$")
        told = self.lab.refusal(COUNT, "--from", "rata")["refused"]
        self.assertEqual(told["reason"], "UNREACHABLE")
        self.assertRegex(told["message"], words)
        os.kill(pid, signal.SIGCONT)
        self.lab.start("rata")
        self.assertEqual(members(self.lab.query(COUNT, "--from", "rata")), OWNERS)

    def test_a_daemon_that_ends_is_told_in_one_line_with_its_log(self):
        self.lab.stop("tui")
        config = self.lab.member_dir("tui") / "node.toml"
        text = config.read_text(encoding="utf-8")
        self.addCleanup(config.write_text, text, encoding="utf-8")
        config.write_text(text + "lisen = 1\n", encoding="utf-8")
        outcome = self.lab.start("tui", FAILED)
        self.assertRegex(outcome.err, r"^commons: the daemon of tui ended; /.*/tui/log ends with: "
                                      r".*unknown key \"lisen\".*\n$")


class Damaged(unittest.TestCase):
    def test_down_stops_what_runs_whatever_lab_json_says(self):
        with federation() as lab:
            for harm in ('{"members": [', None):
                json_file = lab.dir / "lab.json"
                good = json_file.read_text(encoding="utf-8")
                json_file.unlink() if harm is None else json_file.write_text(harm)
                self.assertIn("damaged" if harm else "holds no lab",
                              lab.run("query", COUNT).expect(WRONG_USE).err)
                self.assertEqual(len(lab.pids_on_disk()), len(OWNERS))
                self.assertIn("3 members are stopped", lab.down().err)
                self.assertEqual(lab.pids_on_disk(), [])
                json_file.write_text(good, encoding="utf-8")
                lab.run("start").expect(DONE)
            self.assertEqual(members(lab.query(COUNT)), OWNERS)


class Interrupted(unittest.TestCase):
    def interrupt(self, lab, sig, begun):
        """Sends the signal to `lab up` once begun() holds; its exit code and stderr."""
        up = subprocess.Popen(
            [binary("commons"), "lab", "up", "--dir", lab.dir, "--package", lab.package, "--data",
             lab.data, "--policy", lab.policy], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        deadline = time.monotonic() + 60
        while not begun() and up.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        up.send_signal(sig)
        _, err = up.communicate(timeout=90)
        return up.returncode, err

    def setUp(self):
        # `lab up` waits for it, and so is still at work whenever the signal comes.
        self.lab = federation("cooling_off = '10s'\n")
        self.addCleanup(self.lab.close)

    def test_nothing_is_left_whenever_it_came(self):
        lab = self.lab
        moments = {
            "as daemons start": lab.pids_on_disk,
            "as all listen": lambda: all(
                (lab.member_dir(owner) / "local.sock").exists() for owner in OWNERS),
        }
        for sig in (signal.SIGINT, signal.SIGTERM):
            for when, begun in moments.items():
                with self.subTest(signal=sig, when=when):
                    code, err = self.interrupt(lab, sig, begun)
                    self.assertEqual((code, err.splitlines()[-1:]),
                                     (FAILED, ["commons: interrupted; nothing is left behind"]))
                    self.assertEqual(processes_in(lab.dir), [])
                    self.assertFalse(lab.dir.exists())
        lab.policy.write_text("release = 'open'\n", encoding="utf-8")
        lab.up()
        self.assertEqual(members(lab.query(COUNT)), OWNERS)

    def test_what_a_killed_one_left_can_only_be_taken_down(self):
        lab = self.lab
        code, _ = self.interrupt(lab, signal.SIGKILL, lab.pids_on_disk)
        self.assertEqual(code, -signal.SIGKILL)
        for outcome in (lab.run("start"), lab.run("query", COUNT), lab.up(WRONG_USE)):
            self.assertIn("never finished", outcome.expect(WRONG_USE).err)
        lab.down()
        self.assertEqual(lab.pids_on_disk(), [])


class Unwritable(unittest.TestCase):
    def test_a_directory_that_others_own_is_said_so(self):
        lab = federation()
        self.addCleanup(lab.close)
        for path in (lab.root, *lab.root.rglob("*")):
            path.chmod(0o755)
        for mode in (0o555, 0o000):  # not to be written in, nor entered
            with self.subTest(mode=oct(mode)):
                lab.root.chmod(mode)
                done = subprocess.run(
                    [binary("commons"), "lab", "up", "--dir", lab.dir, "--package", lab.package,
                     "--data", lab.data], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                    timeout=60, preexec_fn=become_nobody)
                lab.root.chmod(0o755)
                self.assertEqual(done.returncode, WRONG_USE, done.stderr)
                self.assertRegex(done.stderr, r"^commons: .*/lab.*: Permission denied.*\n$")


def become_nobody():
    if os.geteuid() == 0:  # root may write anywhere
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


if __name__ == "__main__":
    unittest.main()
