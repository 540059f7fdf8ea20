// SPDX-License-Identifier: BSD-2-Clause
// No failed write goes unseen: peers end with 0 on a full disk and on a closed standard output.
#include "output/writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <cerrno>
#include <thread>

#include "unit/output/printed.h"

namespace bpfmaps::output {
namespace {

struct Pipe {
  Fd reader, writer;
};

Pipe make_pipe(int flags) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(pipe2(ends, flags | O_CLOEXEC), 0);
  return {Fd(ends[0]), Fd(ends[1])};
}

Status write_some(int fd, std::size_t bytes) {
  Writer out(fd);
  for (std::size_t i = 0; i < bytes; i += 100) out.write(std::string(100, 'x'));
  return out.finish();
}

TEST(Writer, a_full_disk_is_an_error) {
  const Fd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  for (const std::size_t bytes : {100u, 1'000'000u}) {
    const Status status = write_some(full.get(), bytes);
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().kind, Kind::io);
    EXPECT_EQ(status.error().code, ENOSPC);
    EXPECT_EQ(status.error().subject, "standard output");
    EXPECT_NE(status.error().hint, "");
  }
}

TEST(Writer, a_closed_descriptor_is_an_error) {
  const Fd file(open("/dev/null", O_WRONLY | O_CLOEXEC));
  const int closed = fcntl(file.get(), F_DUPFD_CLOEXEC, 500);
  close(closed);
  const Status status = write_some(closed, 100);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, Kind::io);
  EXPECT_EQ(status.error().code, EBADF);
}

TEST(Writer, a_reader_that_went_away_is_no_failure) {
  signal(SIGPIPE, SIG_IGN);
  Pipe pipe = make_pipe(0);
  pipe.reader.reset();
  const Status status = write_some(pipe.writer.get(), 1'000'000);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, Kind::closed_pipe);
  EXPECT_EQ(exit_code(status.error().kind), 0);
}

TEST(Writer, waits_for_a_non_blocking_pipe) {
  Pipe pipe = make_pipe(O_NONBLOCK);
  std::string sent, received;
  for (int i = 0; sent.size() < 1'000'000; ++i) sent += std::to_string(i) + "\n";
  std::thread reader([&] {
    fcntl(pipe.reader.get(), F_SETFL, 0);
    char block[1000];
    ssize_t got = 0;
    while ((got = read(pipe.reader.get(), block, sizeof block)) > 0)
      received.append(block, static_cast<std::size_t>(got));
  });
  Writer out(pipe.writer.get());
  out.write(sent);
  EXPECT_TRUE(out.finish().has_value());
  pipe.writer.reset();
  reader.join();
  EXPECT_TRUE(received == sent);
}

TEST(Writer, blocks_keep_their_place) {
  EXPECT_EQ(printed([](Writer& out) {
              out.write("a");
              out.write_block("b");
              out.write("c");
            }),
            "abc");
}

TEST(Writer, tells_that_it_is_not_worth_going_on) {
  const Fd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  Writer out(full.get());
  EXPECT_TRUE(out.good());
  out.write("x");
  out.flush();
  EXPECT_FALSE(out.good());
}

}  // namespace
}  // namespace bpfmaps::output
