#include "governance/standard/json_tree.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "governance/document/text.h"
#include "nlohmann/json.hpp"

namespace commons::governance {
namespace {

// What people who write JSON by hand leave behind most; "": it is something else.
std::string CommaTooMany(absl::string_view read) {
  if (!absl::EndsWith(read, "}") && !absl::EndsWith(read, "]")) return "";
  const char end = read.back();
  read = absl::StripTrailingAsciiWhitespace(read.substr(0, read.size() - 1));
  if (!absl::EndsWith(read, ",")) return "";
  return absl::StrCat("is not JSON: the comma at the end of line ",
                      std::count(read.begin(), read.end(), '\n') + 1, " stands before ",
                      absl::string_view(&end, 1), ", and nothing follows it; remove it");
}

// Events of nlohmann's parser (which does not recurse) to a tree of bounded depth.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return Add({}); }
  bool boolean(bool value) override {
    Json json{Json::Kind::kBoolean, value, "", {}, {}};
    return Add(std::move(json));
  }
  bool number_integer(number_integer_t value) override { return Number(absl::StrCat(value)); }
  bool number_unsigned(number_unsigned_t value) override { return Number(absl::StrCat(value)); }
  bool number_float(number_float_t, const string_t& text) override { return Number(text); }
  bool string(string_t& text) override {
    return Add({Json::Kind::kString, false, std::move(text), {}, {}});
  }
  bool binary(binary_t&) override { return Fail("holds binary data"); }
  bool start_object(size_t) override { return Open(Json::Kind::kObject); }
  bool start_array(size_t) override { return Open(Json::Kind::kArray); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool key(string_t& key) override {
    if (!open_.back().seen.insert(key).second) {
      return Fail(absl::StrCat("the key ", Quoted(key), " is there twice in one object; keep one"));
    }
    open_.back().json.keys.push_back(std::move(key));
    return true;
  }
  bool parse_error(size_t read, const std::string&, const nlohmann::detail::exception& e) override {
    failed_at = read;
    absl::string_view what = e.what();
    const size_t tag = what.find("] ");  // "[json.exception.parse_error.101] "
    if (tag != absl::string_view::npos) what.remove_prefix(tag + 2);
    return Fail(absl::StrCat("is not JSON: ", OneLine(what, 200)));
  }

  Json root;
  std::string error;
  size_t failed_at = 0;  // so many bytes were read then; 0: it is JSON

 private:
  struct Level {
    Json json;
    std::set<std::string> seen;
  };
  bool Number(std::string text) {
    return Add({Json::Kind::kNumber, false, std::move(text), {}, {}});
  }
  bool Open(Json::Kind kind) {
    if (open_.size() == kJsonDepth) {
      return Fail(absl::StrCat("is nested deeper than ", kJsonDepth, " levels; flatten it"));
    }
    open_.emplace_back().json.kind = kind;
    return true;
  }
  bool Close() {
    Json done = std::move(open_.back().json);
    open_.pop_back();
    return Add(std::move(done));
  }
  bool Add(Json json) {
    if (open_.empty()) {
      root = std::move(json);
    } else {
      open_.back().json.items.push_back(std::move(json));
    }
    return true;
  }
  bool Fail(std::string why) {
    error = std::move(why);
    return false;
  }

  std::vector<Level> open_;
};

}  // namespace

const Json* Json::Find(absl::string_view key) const {
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == key) return &items[i];
  }
  return nullptr;
}

absl::StatusOr<Json> ParseJson(absl::string_view text) {
  TreeBuilder builder;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
    const std::string comma = CommaTooMany(text.substr(0, builder.failed_at));
    if (!comma.empty()) return absl::InvalidArgumentError(comma);
    return absl::InvalidArgumentError(builder.error);
  }
  return std::move(builder.root);
}

}  // namespace commons::governance
