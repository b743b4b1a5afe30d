#include "node/machine/process.h"

#include <fcntl.h>
#include <unistd.h>

#include <initializer_list>

namespace commons::node {

void FillStandardDescriptors() {
  int fd = open("/dev/null", O_RDWR);  // bears the lowest number that is free
  while (fd >= 0 && fd <= STDERR_FILENO) fd = open("/dev/null", O_RDWR);
  if (fd >= 0) close(fd);
}

sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  for (const int ignored : {SIGPIPE, SIGXFSZ}) signal(ignored, SIG_IGN);
  return signals;
}

}  // namespace commons::node
