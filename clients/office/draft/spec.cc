#include "clients/office/draft/spec.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "base/text/nearest.h"

namespace commons::clients {
namespace {

constexpr size_t kValuesMax = 4096;
constexpr size_t kDepthMax = 4;

absl::Status At(const std::string& file, int line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(file, ":", line, ": ", what));
}

}  // namespace

struct Spec::Reader {
  Spec& spec;

  absl::Status Table(const toml::table& table, const std::string& prefix, size_t depth) {
    for (const auto& [name, node] : table) {
      RETURN_IF_ERROR(Node(node, absl::StrCat(prefix, std::string(name.str())), depth));
    }
    return absl::OkStatus();
  }

 private:
  static int Line(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

  absl::Status Node(const toml::node& node, const std::string& key, size_t depth) {
    if (depth > kDepthMax || spec.values_.size() > kValuesMax) {
      return At(spec.file_, Line(node), "more than a document can say");
    }
    if (node.is_table()) return Table(*node.as_table(), key + ".", depth + 1);
    if (node.is_array_of_tables()) return Tables(*node.as_array(), key, depth);
    Value value{Line(node), {}};
    if (node.is_string()) {
      value.value = *node.value<std::string>();
    } else if (node.is_integer()) {
      value.value = *node.value<int64_t>();
    } else if (node.is_boolean()) {
      value.value = *node.value<bool>();
    } else if (node.is_date()) {
      value.value = DateText(*node.value<toml::date>());
    } else if (node.is_array()) {
      ASSIGN_OR_RETURN(value.value, List(*node.as_array(), key));
    } else {
      return At(spec.file_, Line(node), absl::StrCat(key, " is none of text, number, list, day"));
    }
    spec.values_.emplace(key, std::move(value));
    return absl::OkStatus();
  }

  absl::Status Tables(const toml::array& array, const std::string& key, size_t depth) {
    size_t number = 0;
    for (const toml::node& element : array) {
      RETURN_IF_ERROR(Table(*element.as_table(), absl::StrCat(key, ".", number++, "."), depth + 1));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::string>> List(const toml::array& array, const std::string& key) {
    std::vector<std::string> texts;
    for (const toml::node& element : array) {
      if (!element.is_string()) {
        return At(spec.file_, Line(element), absl::StrCat(key, " must be a list of texts"));
      }
      texts.push_back(*element.value<std::string>());
    }
    return texts;
  }

  static std::string DateText(const toml::date& date) {
    return absl::StrCat(absl::Dec(date.year, absl::kZeroPad4), "-",
                        absl::Dec(date.month, absl::kZeroPad2), "-",
                        absl::Dec(date.day, absl::kZeroPad2));
  }
};

absl::StatusOr<Spec> Spec::Parse(absl::string_view toml, const std::string& file) {
  const toml::parse_result parsed = toml::parse(std::string_view(toml.data(), toml.size()));
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return At(file, static_cast<int>(error.source().begin.line),
              absl::StrCat("not TOML: ", std::string(error.description())));
  }
  Spec spec;
  spec.file_ = file;
  RETURN_IF_ERROR(Reader{spec}.Table(parsed.table(), "", 1));
  return spec;
}

absl::Status Spec::Wrong(const std::string& key, absl::string_view what) const {
  const auto found = values_.find(key);
  if (found != values_.end()) {
    return At(file_, found->second.line, absl::StrCat(key, " ", what));
  }
  return absl::InvalidArgumentError(absl::StrCat(file_, ": ", key, " ", what));
}

template <typename T>
absl::StatusOr<T> Spec::As(const std::string& key, absl::string_view expected) const {
  read_.insert(key);
  const auto found = values_.find(key);
  if (found == values_.end()) return Wrong(key, absl::StrCat("is missing; it is ", expected));
  const T* const value = std::get_if<T>(&found->second.value);
  if (value == nullptr) return Wrong(key, absl::StrCat("must be ", expected));
  return *value;
}

absl::StatusOr<std::string> Spec::Text(const std::string& key) const {
  ASSIGN_OR_RETURN(std::string text, As<std::string>(key, "a text, such as \"planning\""));
  if (text.empty()) return Wrong(key, "is empty; give it a text");
  return text;
}

absl::StatusOr<std::string> Spec::Text(const std::string& key, const std::string& absent) const {
  read_.insert(key);
  return Has(key) ? Text(key) : absent;
}

absl::StatusOr<uint64_t> Spec::Whole(const std::string& key, uint64_t absent, uint64_t max) const {
  read_.insert(key);
  if (!Has(key)) return absent;
  const std::string expected = absl::StrCat("a whole number from 0 to ", max);
  ASSIGN_OR_RETURN(const int64_t number, As<int64_t>(key, expected));
  if (number < 0 || static_cast<uint64_t>(number) > max) {
    return Wrong(key, absl::StrCat("must be ", expected));
  }
  return static_cast<uint64_t>(number);
}

absl::StatusOr<bool> Spec::Flag(const std::string& key, bool absent) const {
  read_.insert(key);
  if (!Has(key)) return absent;
  return As<bool>(key, "true or false");
}

absl::StatusOr<std::vector<std::string>> Spec::Texts(const std::string& key) const {
  read_.insert(key);
  if (!Has(key)) return std::vector<std::string>();
  if (const auto one = As<std::string>(key, ""); one.ok()) return std::vector<std::string>{*one};
  return As<std::vector<std::string>>(key, "a list of texts, such as [\"planning\"]");
}

absl::StatusOr<std::vector<PublicKey>> Spec::Keys(const std::string& key) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> texts, Texts(key));
  std::vector<PublicKey> keys;
  for (const std::string& text : texts) {
    const auto one = PublicKey::FromHex(text);
    if (!one.ok()) {
      return Wrong(key, "must be public keys of 64 hexadecimal digits, as commons keygen prints");
    }
    keys.push_back(*one);
  }
  return keys;
}

absl::StatusOr<PublicKey> Spec::Key(const std::string& key) const {
  RETURN_IF_ERROR(Text(key).status());
  ASSIGN_OR_RETURN(const std::vector<PublicKey> keys, Keys(key));
  return keys[0];
}

absl::StatusOr<int64_t> Spec::Day(const std::string& key, int64_t absent) const {
  read_.insert(key);
  if (!Has(key)) return absent;
  ASSIGN_OR_RETURN(const std::string text, Text(key));
  if (text == "never") return 0;
  absl::CivilDay day;
  if (text.size() != 10 || !absl::ParseCivilTime(text, &day)) {
    return Wrong(key, "must be a day such as 2027-01-31, or never");
  }
  return absl::ToUnixSeconds(absl::FromCivil(day, absl::UTCTimeZone()));
}

absl::Status Spec::Said(const std::string& key,
                        google::protobuf::RepeatedPtrField<v1::Text>& texts) const {
  std::vector<std::pair<std::string, std::string>> said;  // language, key
  read_.insert(key);
  if (Has(key)) said.emplace_back("en", key);
  for (const std::string& language : Under(key)) {
    said.emplace_back(language, absl::StrCat(key, ".", language));
  }
  for (const auto& [language, where] : said) {
    ASSIGN_OR_RETURN(const std::string text, Text(where));
    v1::Text& added = *texts.Add();
    added.set_lang(language);
    added.set_text(text);
  }
  return absl::OkStatus();
}

std::vector<std::string> Spec::Under(const std::string& table) const {
  const std::string prefix = table + ".";
  std::vector<std::pair<int, std::string>> found;
  for (const auto& [key, value] : values_) {
    if (!absl::StartsWith(key, prefix)) continue;
    std::string name = key.substr(prefix.size());
    if (const size_t dot = name.find('.'); dot != std::string::npos) name.resize(dot);
    const bool known = std::any_of(found.begin(), found.end(),
                                   [&](const auto& each) { return each.second == name; });
    if (!known) found.emplace_back(value.line, std::move(name));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (auto& [line, name] : found) names.push_back(std::move(name));
  return names;
}

absl::Status Spec::NothingElse() const {
  const std::vector<std::string> known(read_.begin(), read_.end());
  for (const auto& [key, value] : values_) {
    if (read_.count(key) > 0) continue;
    const std::string nearest = NearestWithinHalf(key, known);
    return At(file_, value.line,
              absl::StrCat(key, " is not a key of this kind of document",
                           nearest.empty() ? "" : absl::StrCat("; did you mean ", nearest, "?")));
  }
  return absl::OkStatus();
}

std::string Spec::Beside(const std::string& path) const {
  const std::filesystem::path given(path);
  if (given.is_absolute()) return path;
  return (std::filesystem::path(file_).parent_path() / given).string();
}

}  // namespace commons::clients
