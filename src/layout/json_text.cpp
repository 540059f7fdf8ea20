// SPDX-License-Identifier: BSD-2-Clause
#include "layout/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/number.h"

namespace bpfmaps::layout {
namespace {

// Builds the tree as nlohmann's parser goes over the text; false from any function stops it.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit TreeBuilder(std::size_t most_levels) : most_levels_(most_levels) {}

  bool null() override { return scalar(Json::Is::null, "null"); }
  bool boolean(bool value) override { return scalar(Json::Is::boolean, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override {
    return scalar(Json::Is::number, number_text(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return scalar(Json::Is::number, number_text(value));
  }
  bool number_float(number_float_t, const string_t& digits) override {
    return scalar(Json::Is::number, digits);
  }
  bool string(string_t& value) override { return scalar(Json::Is::string, std::move(value)); }
  bool binary(binary_t&) override { return false; }  // not in text
  bool start_object(std::size_t) override { return open(Json::Is::object); }
  bool start_array(std::size_t) override { return open(Json::Is::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    if (open_.back().member(name) != nullptr) return stop("gives `" + name + "` twice");
    name_ = std::move(name);
    return true;
  }

  bool parse_error(std::size_t at, const std::string& token,
                   const nlohmann::detail::exception&) override {
    return stop("is no JSON: wrong at character " + std::to_string(at) +
                (token.empty() ? "" : ", near `" + token + "`"));
  }

  const std::string& problem() const { return problem_; }
  Json take() { return std::move(root_); }

 private:
  bool stop(std::string why) {
    problem_ = std::move(why);
    return false;
  }

  bool scalar(Json::Is is, std::string text) {
    return add({.is = is, .text = std::move(text), .name = std::move(name_)});
  }

  bool open(Json::Is is) {
    if (open_.size() == most_levels_)
      return stop("nests deeper than " + std::to_string(most_levels_) + " levels");
    open_.push_back({.is = is, .name = std::move(name_)});
    return true;
  }

  bool close() {
    Json whole = std::move(open_.back());
    open_.pop_back();
    return add(std::move(whole));
  }

  bool add(Json value) {
    name_.clear();
    if (open_.empty()) {
      root_ = std::move(value);
    } else {
      open_.back().children.push_back(std::move(value));
    }
    return true;
  }

  const std::size_t most_levels_;
  Json root_;
  std::vector<Json> open_;  // the arrays and objects around what comes next
  std::string name_;        // of the member that comes next
  std::string problem_;
};

}  // namespace

const Json* Json::member(std::string_view wanted) const {
  if (is != Is::object) return nullptr;
  const auto found = std::ranges::find(children, wanted, &Json::name);
  return found == children.end() ? nullptr : &*found;
}

std::string_view describe(Json::Is is) {
  switch (is) {
    case Json::Is::null: return "null";
    case Json::Is::boolean: return "a boolean";
    case Json::Is::number: return "a number";
    case Json::Is::string: return "a string";
    case Json::Is::array: return "an array";
    case Json::Is::object: return "an object";
  }
  return "nothing";
}

Result<Json> read_json(std::string_view text, const std::string& subject, std::size_t most_levels) {
  TreeBuilder tree(most_levels);
  if (!nlohmann::json::sax_parse(text, &tree))
    return fail(Error::usage(subject + " " + tree.problem(),
                             "in a shell, JSON stands in single quotes: '{\"packets\":1}'"));
  return tree.take();
}

}  // namespace bpfmaps::layout
