#include "clients/cli/lab/interruption.h"

#include <unistd.h>

#include <csignal>
#include <future>

#include "gtest/gtest.h"

namespace commons::clients::lab {
namespace {

TEST(Interruption, EndsTheWorkOnceInsteadOfTheProcess) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    std::signal(signal, SIG_DFL);  // whatever started this test may ignore it
    std::promise<void> ended;
    int calls = 0;
    {
      const Interruption interruption([&] {
        ++calls;
        ended.set_value();
      });
      EXPECT_FALSE(interruption.came());
      kill(getpid(), signal);
      ended.get_future().wait();
      EXPECT_TRUE(interruption.came());
      kill(getpid(), signal);  // an impatient second one
    }
    EXPECT_EQ(calls, 1);
  }
}

TEST(Interruption, AnIgnoredSignalStaysIgnored) {
  std::signal(SIGHUP, SIG_IGN);
  {
    const Interruption interruption([] { ADD_FAILURE() << "it was to be ignored"; });
    kill(getpid(), SIGHUP);
    EXPECT_FALSE(interruption.came());
  }
  std::signal(SIGHUP, SIG_DFL);
}

TEST(Interruption, LeavesTheSignalsAsTheyWere) {
  sigset_t before, after;
  pthread_sigmask(SIG_BLOCK, nullptr, &before);
  {
    const Interruption interruption([] { ADD_FAILURE() << "no signal came"; });
  }
  pthread_sigmask(SIG_BLOCK, nullptr, &after);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    EXPECT_EQ(sigismember(&before, signal), sigismember(&after, signal));
  }
}

}  // namespace
}  // namespace commons::clients::lab
