#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/text/decimal.h"
#include "records/infer/inference.h"
#include "records/infer/sniff.h"

namespace commons::records {
namespace {

std::string Quoted(absl::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json.push_back('\\');
    if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&json, "\\u%04x", static_cast<unsigned>(c));
    } else {
      json.push_back(c);
    }
  }
  return json + "\"";
}

std::string List(const std::vector<std::string>& texts, bool quoted) {
  return absl::StrCat("[",
                      absl::StrJoin(texts, ", ",
                                    [&](std::string* out, const auto& text) {
                                      absl::StrAppend(out, quoted ? Quoted(text) : text);
                                    }),
                      "]");
}

std::string Number(int64_t scaled, int decimals) { return FormatDecimal(scaled, decimals); }

std::string Scale(const ProposedField& field) {
  std::vector<std::string> breaks;
  for (const int64_t edge : field.breaks) breaks.push_back(Number(edge, field.decimals));
  std::string json = absl::StrCat(", \"commons:breaks\": ", List(breaks, false));
  if (field.decimals > 0) absl::StrAppend(&json, ", \"commons:decimals\": ", field.decimals);
  return absl::StrCat(json, ", \"commons:clip\": [", Number(field.clip.low, field.decimals), ", ",
                      Number(field.clip.high, field.decimals), "]");
}

std::string Constraints(const ProposedField& field) {
  std::vector<std::string> members;
  if (field.required) members.push_back("\"required\": true");
  if (!field.codes.empty()) {
    members.push_back(absl::StrCat("\"enum\": ", List(field.codes, field.type == "string")));
  }
  if (members.empty()) return "";
  return absl::StrCat(", \"constraints\": {", absl::StrJoin(members, ", "), "}");
}

std::string FieldText(const ProposedField& field) {
  constexpr absl::string_view kRoles[] = {"\"skip\"", "\"identifier\"", "\"dimension\"",
                                          "[\"dimension\", \"measure\"]"};
  std::string json = absl::StrCat("{\"name\": ", Quoted(field.name), ", \"type\": \"", field.type,
                                  "\", \"commons:role\": ", kRoles[static_cast<int>(field.role)]);
  if (!field.breaks.empty()) absl::StrAppend(&json, Scale(field));
  if (!field.unit.empty()) {
    absl::StrAppend(&json, ", \"commons:period\": {\"unit\": \"", field.unit, "\", \"from\": \"",
                    field.from, "\", \"to\": \"", field.to, "\"}");
  }
  if (!field.separator.empty()) {
    absl::StrAppend(&json, ", \"commons:max_responses\": ", field.max_responses,
                    ", \"commons:separator\": ", Quoted(field.separator));
  }
  if (!field.yes.empty()) {
    absl::StrAppend(&json, ", \"trueValues\": ", List(field.yes, true),
                    ", \"falseValues\": ", List(field.no, true));
  }
  absl::StrAppend(&json, Constraints(field));
  if (!field.missing.empty()) {
    absl::StrAppend(&json, ", \"missingValues\": ", List(field.missing, true));
  }
  const bool kept =
      field.role == ProposedRole::kDimension || field.role == ProposedRole::kDimensionAndMeasure;
  if (!kept) absl::StrAppend(&json, ", \"description\": ", Quoted(field.why));
  return absl::StrCat(json, "}");
}

std::string FieldDialectText(const v1::FieldDialect& field) {
  std::vector<std::string> members = {absl::StrCat("\"name\": ", Quoted(field.name()))};
  const auto add = [&](absl::string_view name, const std::string& text) {
    if (!text.empty()) members.push_back(absl::StrCat("\"", name, "\": ", Quoted(text)));
  };
  add("commons:header", field.header());
  add("commons:separator", field.separator());
  add("groupChar", field.group_char());
  add("decimalChar", field.decimal_char());
  if (field.signs()) members.push_back("\"bareNumber\": false");
  add("format", field.date_format());
  return absl::StrCat("{", absl::StrJoin(members, ", "), "}");
}

}  // namespace

std::string PackageText(const Proposal& proposal) {
  std::string json = absl::StrCat(
      "{\n  \"resources\": [\n    {\n      \"name\": ", Quoted(proposal.dataset), ",\n");
  if (!proposal.entity.empty()) {
    absl::StrAppend(&json, "      \"commons:entity\": ", Quoted(proposal.entity), ",\n");
  }
  if (proposal.rows_per_person > 1) {
    absl::StrAppend(&json, "      \"commons:max_rows_per_person\": ", proposal.rows_per_person,
                    ",\n      \"commons:max_rows_per_person_and_cell\": 1,\n");
  }
  std::vector<std::string> fields;
  for (const ProposedField& field : proposal.fields) {
    fields.push_back(absl::StrCat("          ", FieldText(field)));
  }
  return absl::StrCat(json, "      \"schema\": {\n        \"fields\": [\n",
                      absl::StrJoin(fields, ",\n"), "\n        ]\n      }\n    }\n  ]\n}\n");
}

std::string DialectText(const v1::Dialect& dialect) {
  std::vector<std::string> members;
  const auto add = [&](absl::string_view name, const std::string& text) {
    if (!text.empty()) members.push_back(absl::StrCat("\"", name, "\": ", Quoted(text)));
  };
  add("encoding", dialect.encoding());
  if (dialect.cr_line_ends()) members.push_back("\"lineTerminator\": \"\\r\"");
  add("delimiter", dialect.delimiter());
  if (dialect.header_row() > 0) {
    members.push_back(absl::StrCat("\"headerRows\": [", dialect.header_row(), "]"));
  }
  if (dialect.trim()) members.push_back("\"commons:trim\": true");
  std::vector<std::string> fields;
  for (const v1::FieldDialect& field : dialect.fields()) fields.push_back(FieldDialectText(field));
  if (!fields.empty()) {
    members.push_back(absl::StrCat("\"fields\": [", absl::StrJoin(fields, ", "), "]"));
  }
  return absl::StrCat("{", absl::StrJoin(members, ", "), "}");
}

}  // namespace commons::records
