// SPDX-License-Identifier: BSD-2-Clause
// metrics serve: what clients get, and what the processes may do.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "http/server_module.h"
#include "kernel/fixture.h"
#include "kernel/sandbox.h"
#include "support/bpfmaps.h"
#include "support/must.h"
#include "support/paths.h"
#include "support/run.h"
#include "support/running.h"
#include "support/sanitized.h"

namespace bpfmaps::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

sockaddr_un address_of(const fs::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.string().copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

/// Nothing where nobody listens.
Fd connected_to(const fs::path& path) {
  const sockaddr_un address = address_of(path);
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return {};
  return fd;
}

/// What comes back for `text`; "" where nobody listens. The server ends the connection.
std::string ask(const fs::path& path, const std::string& text) {
  const Fd fd = connected_to(path);
  if (!fd) return {};
  must(write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()), "write");
  std::string answer;
  char some[4096];
  pollfd waits{fd.get(), POLLIN, 0};
  while (poll(&waits, 1, 20000) > 0) {
    const ssize_t got = read(fd.get(), some, sizeof some);
    if (got <= 0) break;
    answer.append(some, static_cast<std::size_t>(got));
  }
  return answer;
}

std::string get(const fs::path& path, const std::string& target, const std::string& headers = {}) {
  return ask(path,
             "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "\r\n");
}

class MetricsServe : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    char pattern[] = "/tmp/bpfmaps-test-XXXXXX";
    folder_ = mkdtemp(pattern);
    socket_ = folder_ / "s";
    done("prog loadall xdp_stats_percpu " + pin("xdp") + " pinmaps " + pin("xdp"));
    done("map update " + pin("xdp/stats") + " key XDP_PASS value packets=20 bytes=1280");
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
    KernelTest::TearDown();
  }
  bool comes_up(Running& server) const {
    return server.wait_for([&](const std::string&) { return !get(socket_, "/-/healthy").empty(); });
  }
  std::string line(const std::string& words) const {
    return "metrics serve --listen " + socket_.string() + " " + words;
  }
  static std::string status_of(pid_t pid) {
    std::stringstream text;
    text << std::ifstream("/proc/" + std::to_string(pid) + "/status").rdbuf();
    return text.str();
  }

  fs::path folder_, socket_;
};

TEST_F(MetricsServe, answers_in_the_form_that_is_asked_for) {
  Running server(line(pin("xdp/stats") + " --labels action=key"), On::pipe);
  ASSERT_TRUE(comes_up(server)) << server.err();
  const std::string text = get(socket_, "/metrics");
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(text, HasSubstr("text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_THAT(text, HasSubstr("bpf_map_stats_packets_total{map=\"" + pin("xdp/stats") +
                              "\",action=\"XDP_PASS\"} "));
  const std::string open = get(socket_, "/metrics", "Accept: application/openmetrics-text\r\n");
  EXPECT_THAT(open, HasSubstr("application/openmetrics-text; version=1.0.0"));
  EXPECT_TRUE(open.ends_with("# EOF\n"));
  EXPECT_THAT(get(socket_, "/nosuch"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask(socket_, "DELETE /metrics HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(get(socket_, "/metrics", "X-Prometheus-Scrape-Timeout-Seconds: 0.000000001\r\n"),
              StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(ask(socket_, "HEAD /metrics HTTP/1.0\r\n\r\n"), Not(HasSubstr("bpf_map")));
  server.signal(SIGTERM);
  EXPECT_EQ(server.end(), 0);
  EXPECT_FALSE(fs::exists(socket_));
}

TEST_F(MetricsServe, follows_pins_and_reads_settings_anew) {
  const fs::path settings = folder_ / "m.conf";
  std::ofstream(settings) << pin("xdp/stats") + "\n";
  Running server(line("--config " + settings.string()), On::pipe);
  ASSERT_TRUE(comes_up(server)) << server.err();
  const auto comes = [&](const std::string& what) {
    return server.wait_for([&](const std::string&) {
      return get(socket_, "/metrics").find(what) != std::string::npos;
    });
  };
  ASSERT_EQ(unlink(pin("xdp/stats").c_str()), 0);
  EXPECT_TRUE(comes("bpf_map_success{map=\"" + pin("xdp/stats") + "\"} 0"));
  std::ofstream(settings) << pin("xdp/stats") + " --nosuch\n";
  server.signal(SIGHUP);
  EXPECT_TRUE(server.wait_for([&](const std::string&) {
    return server.err().find(settings.string() + ":1: ") != std::string::npos;
  }));
  EXPECT_THAT(get(socket_, "/metrics"), HasSubstr("bpf_map_success"));
  std::ofstream(settings) << "all\n";
  server.signal(SIGHUP);
  EXPECT_TRUE(comes("bpf_prog_info{"));
}

TEST_F(MetricsServe, who_speaks_to_the_network_holds_nothing) {
  Running server(line(pin("xdp/stats")), On::pipe);
  ASSERT_TRUE(comes_up(server)) << server.err();
  EXPECT_THAT(status_of(server.pid()), HasSubstr("NoNewPrivs:\t1\n"));
  std::ifstream children("/proc/" + std::to_string(server.pid()) + "/task/" +
                         std::to_string(server.pid()) + "/children");
  pid_t child = 0;
  ASSERT_TRUE(children >> child);
  const std::string status = status_of(child);
  EXPECT_THAT(status, HasSubstr("\nUid:\t65534\t65534\t65534\t65534\n"));
  EXPECT_THAT(status, HasSubstr("\nGroups:\t \n"));
  EXPECT_THAT(status, HasSubstr("\nCapPrm:\t0000000000000000\n"));
  EXPECT_THAT(status, HasSubstr("\nNoNewPrivs:\t1\n"));
  for (const auto& fd : fs::directory_iterator("/proc/" + std::to_string(child) + "/fd"))
    EXPECT_EQ(fs::read_symlink(fd.path()).string().find("bpf-map"), std::string::npos);
  // Without it nothing is served, and systemd is told so.
  ASSERT_EQ(kill(child, SIGKILL), 0);
  EXPECT_EQ(server.end(), 1);
  EXPECT_THAT(server.err(), HasSubstr("the process that serves has ended"));
}

TEST_F(MetricsServe, one_request_on_standard_input) {
  const std::vector<std::string> words = {"metrics", "serve", "--listen", "-", pin("xdp/stats")};
  const auto answer = [&](const std::string& input) {
    const Ran ran = run_bpfmaps(words, {.input = input});
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    return ran.out;
  };
  EXPECT_THAT(answer("GET /metrics HTTP/1.0\r\n\r\n"), HasSubstr("key=\"XDP_PASS\"} "));
  EXPECT_THAT(answer("what\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer("GET / HTTP/1.1\r\nA: " + std::string(9000, 'x')),
              StartsWith("HTTP/1.1 431 "));
}

/// A request with some bytes of it changed, left out or doubled, or nothing like one.
std::string mutated(std::minstd_rand& random) {
  const auto below = [&](std::size_t end) { return random() % end; };
  const std::vector<std::string> seeds = {
      "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      "GET /metrics?a=%41&b HTTP/1.0\r\nAccept: application/openmetrics-text;q=0.5,*/*\r\n\r\n",
      "HEAD /-/healthy HTTP/1.1\r\nHost: x\r\nX-Prometheus-Scrape-Timeout-Seconds: 1e9\r\n\r\n",
      "POST /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551615\r\n\r\nabc"};
  std::string text = seeds[below(seeds.size())];
  if (below(8) == 0) text.assign(below(70'000), static_cast<char>(below(256)));
  for (std::size_t changes = below(8); changes > 0 && !text.empty(); --changes) {
    const std::size_t at = below(text.size());
    switch (below(5)) {
      case 0: text[at] = static_cast<char>(below(256)); break;
      case 1: text.erase(at, 1 + below(20)); break;
      case 2: text.insert(at, text.substr(below(text.size()), below(40))); break;
      case 3: text.insert(at, below(9'000), "\r\n:% \0/"[below(7)]); break;
      default: text.resize(at); break;
    }
  }
  return text;
}

/// Sends `text`, takes what comes at once, and leaves.
void throw_at(const fs::path& path, const std::string& text, std::minstd_rand& random) {
  const Fd fd = connected_to(path);
  if (!fd) return;
  (void)send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (random() % 4 == 0) return;
  shutdown(fd.get(), SHUT_WR);
  char some[4096];
  pollfd waits{fd.get(), POLLIN, 0};
  if (poll(&waits, 1, 200) > 0) (void)recv(fd.get(), some, sizeof some, MSG_DONTWAIT);
}

// BPFMAPS_FUZZ_SECONDS=60 makes a minute of it; each run throws other things.
TEST_F(MetricsServe, lives_through_whatever_is_thrown_at_it) {
  Running server(line(pin("xdp/stats") + " --labels action=key"), On::pipe);
  ASSERT_TRUE(comes_up(server)) << server.err();
  const char* wanted = std::getenv("BPFMAPS_FUZZ_SECONDS");
  const auto seed = static_cast<unsigned>(getpid());
  std::minstd_rand random(seed);
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::seconds(wanted == nullptr ? 3 : std::atoi(wanted));
  int thrown = 0;
  for (; Clock::now() < end; ++thrown) throw_at(socket_, mutated(random), random);
  EXPECT_GT(thrown, 20);
  EXPECT_TRUE(server.wait_for([&](const std::string&) {  // its connections may all be taken
    return get(socket_, "/metrics").find("action=\"XDP_PASS\"} ") != std::string::npos;
  })) << "seed "
      << seed;
  server.signal(SIGTERM);
  EXPECT_EQ(server.end(), 0) << "seed " << seed << ": " << server.err();
}

/// Linked with the program, or in a module; null where the build has no HTTP server.
const BpfmapsHttp* http_module() {
#ifdef BPFMAPS_HTTP_LINKED
  return &bpfmaps_http_2;
#else
  const fs::path file = fs::path(BPFMAPS_BINARY).parent_path() / "bpfmaps-http.so";
  void* const library = fs::exists(file) ? dlopen(file.c_str(), RTLD_NOW) : nullptr;
  if (library == nullptr) return nullptr;
  return static_cast<const BpfmapsHttp*>(dlsym(library, "bpfmaps_http_2"));
#endif
}

// One byte a second is no silence.
TEST(HttpModule, slow_clients_are_cut) {
  const BpfmapsHttp* const module = http_module();
  if (module == nullptr) GTEST_SKIP() << "this build has no HTTP server";
  char pattern[] = "/tmp/bpfmaps-test-XXXXXX";
  const fs::path folder = mkdtemp(pattern), path = folder / "s";
  const sockaddr_un address = address_of(path);
  const int listening = must(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  must(bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  must(listen(listening, 8), "listen");
  const auto hello = [](void*, const BpfmapsHttpRequest*, BpfmapsHttpAnswer* to) {
    to->body = strdup("hello\n");
    to->size = 6;
    to->status = 200;
  };
  constexpr BpfmapsHttpLimits kLimits = {.connections = 4, .silence = 60, .request = 1};
  void* const server = module->start(listening, kLimits, nullptr, hello);
  ASSERT_NE(server, nullptr);
  EXPECT_THAT(get(path, "/"), testing::EndsWith("hello\n"));
  const Fd slow = connected_to(path);
  const std::string request = "GET / HTTP/1.1\r\nHost: " + std::string(200, 'x');
  std::size_t sent = 0;
  const auto takes = [&](char c) { return send(slow.get(), &c, 1, MSG_NOSIGNAL) == 1; };
  while (sent < request.size() && takes(request[sent])) ++sent, usleep(50'000);
  EXPECT_LT(sent, 100u);
  EXPECT_GT(sent, 5u);
  EXPECT_THAT(get(path, "/"), testing::EndsWith("hello\n"));
  module->stop(server);
  fs::remove_all(folder);
}

TEST_F(MetricsServe, a_thousand_scrapes_grow_no_memory) {
  Running server(line(pin("xdp/stats") + " all"), On::pipe);
  ASSERT_TRUE(comes_up(server)) << server.err();
  const auto resident = [&] {
    const std::string status = status_of(server.pid());
    return std::stoul(status.substr(status.find("VmRSS:") + 6));
  };
  for (int i = 0; i < 100; ++i) get(socket_, "/metrics");
  const std::size_t before = resident();
  for (int i = 0; i < (kSanitized ? 10 : 900); ++i) get(socket_, "/metrics");
  // A sanitizer keeps what was freed.
  if (!kSanitized) EXPECT_LE(resident(), before + 512) << "KiB";
}

}  // namespace
}  // namespace bpfmaps::test
