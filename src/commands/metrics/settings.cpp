// SPDX-License-Identifier: BSD-2-Clause
#include "commands/metrics/settings.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "cli/parse.h"
#include "cli/words.h"

namespace bpfmaps::commands {
namespace {

constexpr std::size_t kMostBytes = 1 << 20;

// What says how to run, not what to measure, and what changes the form.
Status check_words(const cli::Request& request) {
  if (request.special != cli::Request::Special::none)
    return fail(Error::usage("help and version are not settings"));
  if (request.has(cli::Option::metrics_format) || request.has(cli::Option::config))
    return fail(Error::usage("--format and --config stand on the command line"));
  return {};
}

Result<cli::Request> parse_line(std::vector<std::string> words, const cli::Table& table) {
  words.insert(words.begin(), {"metrics", "show"});
  cli::Request request = TRY(cli::parse(table, words));
  TRY(check_words(request));
  return request;
}

Status read_lines(const std::string& path, const cli::Table& table,
                  std::vector<SettingsLine>& lines) {
  const std::string text = TRY(read_file(path, "read settings", kMostBytes));
  std::size_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    const std::string where = path + ":" + std::to_string(++number);
    auto words = cli::split_words(line);
    if (words && words->empty()) continue;
    Result<cli::Request> request =
        words ? parse_line(*std::move(words), table) : fail(std::move(words).error());
    if (!request) {
      request.error().operation = "read settings";
      request.error().subject = where;
      const std::string typed[] = {std::string(line)};
      for (std::string* part : {&request.error().context, &request.error().hint})
        *part = with_short_quotes(std::move(*part), typed);
      return fail(std::move(request).error());
    }
    lines.push_back({where, *std::move(request)});
  }
  return {};
}

}  // namespace

Result<std::vector<SettingsLine>> read_settings(const std::string& path, const cli::Table& table) {
  std::vector<SettingsLine> lines;
  std::error_code code;
  if (!std::filesystem::is_directory(path, code)) {
    TRY(read_lines(path, table, lines));
    return lines;
  }
  std::vector<std::string> files;
  for (std::filesystem::directory_iterator it(path, code), end; !code && it != end;
       it.increment(code))
    if (it->path().extension() == ".conf") files.push_back(it->path());
  if (code) return fail(Error::from_errno(code.value(), "read settings", path));
  std::ranges::sort(files);
  for (const std::string& file : files) TRY(read_lines(file, table, lines));
  return lines;
}

}  // namespace bpfmaps::commands
