#include "node/log/bounded_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <limits.h>
#include <unistd.h>

#include <string>

namespace commons::node {
namespace {

class BoundedWriterTest : public testing::Test {
 protected:
  BoundedWriterTest() {
    EXPECT_EQ(pipe(ends_), 0);
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  }
  ~BoundedWriterTest() override {
    for (const int fd : ends_) close(fd);
  }
  std::string Read() const {
    std::string all;
    char bytes[65536];
    for (ssize_t n; (n = read(ends_[0], bytes, sizeof(bytes))) > 0;) all.append(bytes, n);
    return all;
  }
  int ends_[2];
};

TEST_F(BoundedWriterTest, WritesLongLinesWhole) {
  BoundedWriter writer(ends_[1]);
  const std::string line = std::string(3 * PIPE_BUF + 7, 'a') + "\n";
  EXPECT_TRUE(writer.Write(line));
  EXPECT_EQ(Read(), line);
}

TEST_F(BoundedWriterTest, ALineThatWasCutEndsBeforeTheNext) {
  BoundedWriter writer(ends_[1]);
  EXPECT_FALSE(writer.Write(std::string(1 << 20, 'a') + "\n"));
  EXPECT_FALSE(writer.Write("left out\n"));
  const std::string cut = Read();
  EXPECT_EQ(cut, std::string(cut.size(), 'a'));
  EXPECT_TRUE(writer.Write("next\n"));
  EXPECT_EQ(Read(), "\nnext\n");
}

TEST_F(BoundedWriterTest, WhatCannotBeWrittenToIsALineLess) {
  BoundedWriter writer(-1);
  EXPECT_FALSE(writer.Write("x\n"));
}

}  // namespace
}  // namespace commons::node
