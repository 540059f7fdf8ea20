// SPDX-License-Identifier: BSD-2-Clause
// metrics serve: metrics over HTTP, for Prometheus.
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "commands/metrics/listen.h"
#include "commands/metrics/reading.h"
#include "commands/metrics/scrape.h"
#include "commands/metrics/words.h"
#include "commands/records.h"
#include "http/server.h"
#include "kernel/privileges.h"

namespace bpfmaps::commands {
namespace {

using cli::Option;

// The reader's side of it all: reads when it is asked, and gives an answer again while it is fresh.
class ServedScrape {
 public:
  ServedScrape(const cli::Request& request, std::uint64_t cache_ns, Context& context)
      : request_(request), cache_ns_(cache_ns), context_(context) {}

  /// Reads the settings and opens the maps. After an error everything is as it was.
  Status load() {
    Scrape made = TRY(Scrape::from(request_, context_.table));
    TRY(made.open());
    scrape_ = std::move(made);
    fresh_.clear();
    return {};
  }
  void reload() {
    if (const Status loaded = load(); !loaded)
      context_.remark("the old settings stay: " + loaded.error().subject + ": " +
                      loaded.error().message());
  }
  /// Closes the maps.
  void close() { scrape_.reset(); }

  Result<std::string> text(output::MetricForm form, std::uint64_t deadline_ns) {
    Kept& kept = fresh_[form];
    if (!kept.text.empty() && monotonic_ns() - kept.at_ns < cache_ns_) return kept.text;
    output::MetricsText text(form);
    TRY(scrape_->collect(text, deadline_ns));
    tell_failures(scrape_->failures(), told_, context_);
    tell_failures(scrape_->gaps(), told_gaps_, context_);
    std::string made = text.text();
    if (cache_ns_ != 0) kept = {monotonic_ns(), made};
    return made;
  }

 private:
  struct Kept {
    std::uint64_t at_ns = 0;
    std::string text = {};
  };
  const cli::Request& request_;
  const std::uint64_t cache_ns_;
  Context& context_;
  std::optional<Scrape> scrape_;
  std::map<output::MetricForm, Kept> fresh_;
  std::vector<std::string> told_, told_gaps_;
};

Result<std::string> read_head() {
  constexpr std::size_t kMost = 8192;
  constexpr std::uint64_t kTime = 10'000'000'000;
  const std::uint64_t deadline = monotonic_ns() + kTime;
  std::string head;
  while (head.find("\r\n\r\n") == head.npos && head.find("\n\n") == head.npos) {
    const std::uint64_t now = monotonic_ns();
    pollfd input{STDIN_FILENO, POLLIN, 0};
    std::array<char, 1024> some{};
    if (now >= deadline || poll(&input, 1, static_cast<int>((deadline - now) / 1'000'000)) == 0)
      return fail(Error::refused(Kind::incomplete, "read request", "", "it does not come"));
    const ssize_t got = read(STDIN_FILENO, some.data(), some.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    head.append(some.data(), static_cast<std::size_t>(got));
    if (head.size() > kMost)
      return fail(Error::refused(Kind::exists, "read request", "", "it is too long"));
  }
  return head;
}

Status answer_standard_input(ServedScrape& scrape, Context& context) {
  TRY(kernel::keep_reading_privileges());
  const auto head = read_head();
  http::Answer answer;
  bool bodiless = false;
  if (!head) {
    answer = {.status = head.error().kind == Kind::incomplete ? 408U : 431U,
              .body = head.error().message() + "\n"};
  } else if (const auto asked = http::parse_request(*head); !asked) {
    answer = {.status = 400, .body = asked.error().message() + "\n"};
  } else {
    bodiless = asked->method == "HEAD";
    answer =
        answer_to(*asked, [&](auto form, auto deadline) { return scrape.text(form, deadline); });
  }
  context.out.write(http::answer_text(answer, bodiless));
  return {};
}

// In a process of its own.
Status serve(http::Server& server, std::vector<Fd> sockets, Fd channel, const std::string& user) {
  TRY(kernel::drop_all_privileges(user));
  ReaderClient reader(std::move(channel));
  TRY(server.start(std::move(sockets), [&reader](const http::Request& request) {
    return answer_to(request,
                     [&](auto form, auto deadline) { return reader.text(form, deadline); });
  }));
  // Until the reader has gone, whose end the channel's is.
  pollfd gone{reader.fd(), POLLRDHUP, 0};
  while (poll(&gone, 1, -1) < 0 && errno == EINTR) {
  }
  return {};
}

Status read_for(pid_t server, const Fd& channel, const Fd& signals, ServedScrape& scrape) {
  TRY(kernel::keep_reading_privileges());
  const ScrapeText text = [&](auto form, auto deadline) { return scrape.text(form, deadline); };
  for (;;) {
    std::array<pollfd, 2> waits{{{channel.get(), POLLIN, 0}, {signals.get(), POLLIN, 0}}};
    if (poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) break;
    signalfd_siginfo signal{};
    if ((waits[1].revents & POLLIN) != 0 &&
        read(signals.get(), &signal, sizeof signal) == sizeof signal) {
      if (signal.ssi_signo != SIGHUP) return {};
      scrape.reload();
      continue;
    }
    if (waits[0].revents != 0 && !TRY(answer_reading(channel.get(), text))) break;
  }
  int status = 0;
  waitpid(server, &status, 0);
  return fail(
      Error::refused(Kind::system, "serve metrics", "", "the process that serves has ended"));
}

Result<std::uint64_t> cache_time(const cli::Request& request) {
  if (!request.has(Option::cache)) return 0U;
  const std::string& text = request.value(Option::cache);
  const auto ns = parse_duration_ns(text);
  if (!ns) return fail(Error::usage("--cache: `" + text + "` is no time", "5s, 500ms, 1m"));
  return *ns;
}

Status run(const cli::Request& request, Context& context) {
  TRY(check_metric_form(context));
  ServedScrape scrape(request, TRY(cache_time(request)), context);
  const std::string& address = request.value(Option::listen);
  if (address == "-") {
    TRY(scrape.load());
    return answer_standard_input(scrape, context);
  }
  const auto server = TRY(http::Server::load());
  TRY(scrape.load());
  Listening listening = TRY(listen_at(address));
  sigset_t handled;
  sigemptyset(&handled);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&handled, number);
  sigprocmask(SIG_BLOCK, &handled, nullptr);
  Fd signals(signalfd(-1, &handled, SFD_CLOEXEC));
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    return fail(Error::from_errno(errno, "serve metrics", ""));
  Fd readers(pair[0]), servers(pair[1]);
  const std::string user =
      request.has(Option::user) ? request.value(Option::user) : std::string("nobody");
  const pid_t child = fork();
  if (child < 0) return fail(Error::from_errno(errno, "serve metrics", ""));
  if (child == 0) {
    readers.reset();
    signals.reset();
    scrape.close();
    return serve(*server, std::move(listening.sockets), std::move(servers), user);
  }
  servers.reset();
  listening.sockets.clear();
  context.remark("metrics are served at " + listening.address);
  Status done = read_for(child, readers, signals, scrape);
  readers.reset();
  if (done) waitpid(child, nullptr, 0);
  if (!listening.path.empty()) unlink(listening.path.c_str());
  return done;
}

constexpr cli::Operand kOperands[] = {kAllOperand, kMapsOperand};
constexpr Option kOwn[] = {Option::listen, Option::config, Option::cache, Option::user};
constexpr auto kOptions = with_series_options(kOwn);
constexpr cli::Example kExamples[] = {
    {"bpfmaps metrics serve", "size, memory, runs and time of everything, at 127.0.0.1:12273"},
    {"bpfmaps metrics serve --config metrics.conf --listen ./metrics.sock --cache 5s",
     "what settings name, on a unix socket"},
    {"printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' | bpfmaps metrics serve --listen -",
     "one request on standard input, as from inetd"},
};

}  // namespace

const cli::Command kMetricsServe{
    .object = "metrics",
    .verb = "serve",
    .summary = "serve metrics over HTTP",
    .details =
        R"(Answers GET /metrics with what `metrics show` prints, in the form that the client asks
for: Prometheus text 0.0.4, or OpenMetrics 1.0. /-/healthy tells that it runs. Without --listen it
takes the sockets that systemd hands over, else 127.0.0.1:12273. `--listen -` answers one request
on standard input, as inetd and systemd's Accept=yes want it. It has no TLS: put a proxy in front
for that.

Two processes share the work. One opens and reads the maps, keeps the capabilities that reading
needs and no others, and never touches the network. The other speaks HTTP, is --user (a name in
/etc/passwd, or a number), and has no capability and no map.

Maps are read one scrape at a time. The scrape timeout that Prometheus sends is kept: a map that
takes longer has `bpf_map_success` 0, and what nobody waits for any more is 503. An incomplete
answer is sent as an error. A client may be silent for 10 seconds; 32 are served at a time.
--cache repeats an answer that is not older than TIME.

A path is followed: another map that is pinned there is read from then on. SIGHUP reads the
settings anew; where they are wrong the old ones stay, and standard error tells file and line.
SIGINT and SIGTERM end it.)",
    .operands = kOperands,
    .options = kOptions,
    .examples = kExamples,
    .run = run,
};

}  // namespace bpfmaps::commands
