#include "governance/standard/code_list.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "base/text/unicode.h"
#include "governance/document/text.h"
#include "governance/standard/datapackage_field.h"
#include "governance/standard/grouping_draft.h"

namespace commons::governance {
namespace {

constexpr size_t kPathBytes = 255;

// The file while its columns are looked up and its rows are read.
class List {
 public:
  List(const Place& reference, std::string path, const CodeTable& table, v1::Column* column)
      : reference_(reference), path_(std::move(path)), table_(table), column_(column) {}

  absl::Status AddCodes() {
    ASSIGN_OR_RETURN(const size_t value, ColumnNamed(*reference_.Member("value")));
    std::optional<size_t> label;
    if (const std::optional<Place> named = reference_.Member("label")) {
      ASSIGN_OR_RETURN(label, ColumnNamed(*named));
    }
    for (const CodeTable::Row& row : table_.rows) RETURN_IF_ERROR(AddCode(row, value, label));
    return column_->codes_size() > 0 ? absl::OkStatus() : Fault("has no rows; list the codes");
  }

  // A column of the file by its name, or an object that names it and that of the labels.
  absl::Status AddGrouping(std::string name, const Place& place) {
    const bool object = place.json().Is(Json::Kind::kObject);
    if (object) RETURN_IF_ERROR(CheckMembers(place, {"value", "label", "title", "rest"}));
    const std::optional<Place> named = object ? place.Member("value") : place;
    if (!named) return place.Refuse("has no \"value\"; name the column of the groups");
    ASSIGN_OR_RETURN(const size_t value, ColumnNamed(*named));
    size_t label = value;
    if (const std::optional<Place> labels = place.Member("label")) {
      ASSIGN_OR_RETURN(label, ColumnNamed(*labels));
    }
    GroupingDraft draft(std::move(name), *column_);
    std::map<std::string, Group> groups;
    for (size_t i = 0; i < table_.rows.size(); ++i) {
      RETURN_IF_ERROR(Put(i, value, label, &groups, &draft));
    }
    ASSIGN_OR_RETURN(v1::Grouping grouping, draft.Finish(place));
    *column_->add_groupings() = std::move(grouping);
    return absl::OkStatus();
  }

 private:
  struct Group {
    uint32_t place;
    std::string label;
    uint64_t row;  // where it stands first
  };

  template <typename... Parts>
  absl::Status Fault(const Parts&... what) const {
    return reference_.Refuse(Quoted(path_), " ", what...);
  }
  template <typename... Parts>
  absl::Status FaultIn(const CodeTable::Row& row, const Parts&... what) const {
    return Fault("row ", row.number, ": ", what...);
  }

  absl::StatusOr<size_t> ColumnNamed(const Place& place) const {
    ASSIGN_OR_RETURN(const std::string name, place.String());
    const auto& header = table_.header;
    const auto found = std::find(header.begin(), header.end(), name);
    if (found == header.end()) {
      const std::string nearest = Nearest(name, header);
      return place.Refuse(Quoted(path_), " has no column ", Quoted(name),
                          nearest.empty() ? "" : absl::StrCat("; is it ", Quoted(nearest), "?"));
    }
    if (std::find(found + 1, header.end(), name) == header.end()) return found - header.begin();
    return place.Refuse(Quoted(path_), " has two columns ", Quoted(name), "; rename one");
  }

  absl::Status AddCode(const CodeTable::Row& row, size_t value, std::optional<size_t> label) {
    if (row.fields.size() != table_.header.size()) {
      return FaultIn(row, "has ", row.fields.size(), " fields, the header ", table_.header.size());
    }
    absl::StatusOr<std::string> text = CodeText(row.fields[value], column_->type());
    if (!text.ok()) return FaultIn(row, text.status().message());
    if (absl::Status status = CheckText(*text, limits::kLabelBytes); !status.ok()) {
      return FaultIn(row, "the code ", Quoted(*text), " ", status.message());
    }
    const auto [first, fresh] = rows_.emplace(*text, row.number);
    if (!fresh) {
      return FaultIn(row, "the code ", Quoted(*text), " is in row ", first->second,
                     " already; keep one");
    }
    const std::string& shown = label.has_value() ? row.fields[*label] : *text;
    if (absl::Status status = CheckText(shown, limits::kLabelBytes); !status.ok()) {
      return FaultIn(row, "the label of ", Quoted(*text), " ", status.message());
    }
    v1::Code* code = column_->add_codes();
    code->set_value(*text);
    code->set_label(shown);
    return absl::OkStatus();
  }

  // The group of the i-th row's code; none where the field is empty.
  absl::Status Put(size_t i, size_t value, size_t label, std::map<std::string, Group>* groups,
                   GroupingDraft* draft) const {
    const CodeTable::Row& row = table_.rows[i];
    const std::string& text = row.fields[value];
    if (text.empty()) return absl::OkStatus();
    auto group = groups->find(text);
    if (group == groups->end()) {
      const uint32_t place = draft->AddGroup(text, row.fields[label]);
      group = groups->emplace(text, Group{place, row.fields[label], row.number}).first;
    }
    if (group->second.label != row.fields[label]) {
      return FaultIn(row, "calls the group ", Quoted(text), " ", Quoted(row.fields[label]),
                     ", row ", group->second.row, " ", Quoted(group->second.label),
                     "; call it the same");
    }
    draft->Put(static_cast<uint32_t>(i), group->second.place);
    return absl::OkStatus();
  }

  const Place& reference_;
  const std::string path_;
  const CodeTable& table_;
  v1::Column* column_;
  std::map<std::string, uint64_t> rows_;  // of each code
};

absl::Status AddGroupings(const Place& groups, List* list) {
  RETURN_IF_ERROR(groups.Expect(Json::Kind::kObject));
  const Json& json = groups.json();
  for (size_t i = 0; i < json.keys.size(); ++i) {
    absl::StatusOr<std::string> name = Nfc(json.keys[i]);
    if (!name.ok()) return groups.Here(name.status());
    const Place place(json.items[i], absl::StrCat(groups.path(), "[", Quoted(*name), "]"));
    RETURN_IF_ERROR(list->AddGrouping(*std::move(name), place));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckBeside(absl::string_view path) {
  const std::vector<absl::string_view> parts = absl::StrSplit(path, '/');
  const bool inside = std::none_of(parts.begin(), parts.end(), [](absl::string_view part) {
    return part.empty() || part == "." || part == "..";
  });
  if (inside && path.size() <= kPathBytes && !absl::StrContains(path, '\\') &&
      CheckText(path, kPathBytes).ok()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(path), " is not a file in the package's folder; write its name, such as ",
                   "\"codes.csv\" or \"lists/codes.csv\""));
}

absl::Status ParseCodeList(const Place& reference, const CodeTableReader& read,
                           v1::Column* column) {
  RETURN_IF_ERROR(reference.Expect(Json::Kind::kObject));
  RETURN_IF_ERROR(CheckMembers(reference, {"path", "value", "label", "groups"}));
  const std::optional<Place> path = reference.Member("path");
  if (!path || !reference.Member("value")) {
    return reference.Refuse("needs \"path\", a CSV file, and \"value\", its column of codes");
  }
  ASSIGN_OR_RETURN(const std::string file, path->String());
  if (absl::Status status = CheckBeside(file); !status.ok()) return path->Here(status);
  if (!read) return path->Refuse("no file is read here; list the codes in the package");
  const absl::StatusOr<CodeTable> table = read(file);
  if (!table.ok()) return path->Refuse(Quoted(file), " ", table.status().message());
  List list(reference, file, *table, column);
  RETURN_IF_ERROR(list.AddCodes());
  const std::optional<Place> groups = reference.Member("groups");
  return groups ? AddGroupings(*groups, &list) : absl::OkStatus();
}

}  // namespace commons::governance
