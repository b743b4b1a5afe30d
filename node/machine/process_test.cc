#include "node/machine/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace commons::node {
namespace {

// Whether `holds` does in a process of its own.
bool InAChild(const std::function<bool()>& holds) {
  const pid_t child = fork();
  if (child == 0) _exit(holds() ? 0 : 1);
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// Else a database's LOCK is standard error, and the log goes into it.
TEST(Process, AFileNeverBearsTheNumberOfAStandardDescriptor) {
  EXPECT_TRUE(InAChild([] {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) close(fd);
    FillStandardDescriptors();
    return open("/dev/zero", O_RDONLY) > STDERR_FILENO && write(STDERR_FILENO, "x", 1) == 1;
  }));
}

TEST(Process, OpenDescriptorsStayWhatTheyAre) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_TRUE(InAChild([&] {
    dup2(ends[1], STDERR_FILENO);
    close(STDIN_FILENO);
    FillStandardDescriptors();
    return write(STDERR_FILENO, "x", 1) == 1;
  }));
  char byte = 0;
  EXPECT_EQ(read(ends[0], &byte, 1), 1);
  for (const int fd : ends) close(fd);
}

TEST(Process, NoneOfTheseSignalsEndsIt) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGXFSZ}) {
    EXPECT_TRUE(InAChild([signal] {
      BlockSignals();
      return raise(signal) == 0;
    })) << signal;
  }
}

}  // namespace
}  // namespace commons::node
