#include <algorithm>

#include "clients/answer/json_text.h"
#include "clients/answer/not_holding.h"
#include "clients/answer/render.h"
#include "clients/answer/status_words.h"
#include "governance/document/refusal.h"

namespace commons::clients {
namespace {

std::string KeyJson(const v1::Cell& cell) {
  JsonObject key;
  for (const v1::KeyPart& part : cell.key()) {
    key.Raw(part.dimension(),
            part.kind() == v1::KeyPart::MISSING ? "null" : JsonString(part.label()));
  }
  return key.Build();
}

std::string ValueJson(const v1::CellValue& value) {
  JsonObject object;
  object.Text("status", StatusWord(value.status()));
  if (value.status() == v1::CellValue::SUPPRESSED) {
    object.Text("reason", value.reason());
  } else {
    object.Raw("value", value.value()).Raw("margin95", value.margin95());
    // A daemon from before says nothing of it.
    if (!value.noise_sd().empty()) object.Raw("noise_sd", value.noise_sd());
    if (!value.band().empty()) object.Text("band", value.band());
    if (!value.low95().empty()) {
      object.Raw("interval95", absl::StrCat("[", value.low95(), ",", value.high95(), "]"));
    }
  }
  return object.Build();
}

std::string CellJson(const v1::Cell& cell) {
  JsonObject values;
  for (const v1::CellValue& value : cell.values()) values.Raw(value.measure(), ValueJson(value));
  return JsonObject().Raw("key", KeyJson(cell)).Raw("values", values.Build()).Build();
}

std::string MemberJson(const v1::MemberState& member) {
  JsonObject object;
  object.Text("member", member.member()).Text("status", StatusWord(member.status()));
  if (member.status() == v1::MemberState::ANSWERED) {
    object.Number("epoch", member.epoch())
        .Text("as_of", member.as_of())
        .Raw("forces", JsonArray(member.forces(), JsonString));
  } else {
    object.Text("reason", member.reason());
    if (!member.message().empty()) object.Text("message", member.message());
  }
  object.Number("took_ms", member.took_ms());
  if (member.cells_size() > 0) object.Raw("cells", JsonArray(member.cells(), CellJson));
  return object.Build();
}

std::string SignatureJson(const v1::CounterSignature& signature) {
  return JsonObject()
      .Text("member", signature.member())
      .Text("key", signature.key())
      .Text("signature", signature.signature())
      .Build();
}

std::string NoiseJson(absl::string_view noise_class, double sigma) {
  if (noise_class.empty()) return JsonObject().Raw("class", "null").Number("sigma", 0).Build();
  return JsonObject().Text("class", noise_class).Number("sigma", sigma).Build();
}

std::string ExplainMemberJson(const v1::ExplainReply::Member& member) {
  JsonObject object;
  object.Text("member", member.member()).Text("status", StatusWord(member.status()));
  if (member.status() == v1::ExplainReply::Member::WOULD_ANSWER) {
    object.Number("budget_left_micro_rho", member.budget_left_micro_rho())
        .Raw("forces", JsonArray(member.forces(), JsonString));
  } else {
    object.Text("reason", member.reason());
    if (!member.message().empty()) object.Text("message", member.message());
  }
  return object.Number("took_ms", member.took_ms()).Build();
}

// Of an open release it is 0; of a protected one that nobody would answer it is not known.
std::string Margin(const v1::ExplainReply& reply) {
  const bool known = reply.noise_class().empty() || reply.margin95() > 0;
  return known ? absl::StrCat(reply.margin95()) : "null";
}

std::string UnitsJson(const v1::Answer& answer) {
  JsonObject units;
  for (const v1::MeasureUnit& entry : answer.units()) units.Text(entry.measure(), entry.unit());
  return units.Build();
}

// Per dimension, code to label.
std::string LabelsJson(const v1::Answer& answer) {
  JsonObject labels;
  for (const std::string& dimension : answer.dimensions()) {
    JsonObject codes;
    bool any = false;
    for (const v1::LabelledCode& entry : answer.codes()) {
      if (entry.dimension() != dimension) continue;
      codes.Text(entry.code(), entry.label());
      any = true;
    }
    if (any) labels.Raw(dimension, codes.Build());
  }
  return labels.Build();
}

std::string CoverageJson(const v1::Answer& answer) {
  const auto answered = std::count_if(
      answer.members().begin(), answer.members().end(),
      [](const v1::MemberState& member) { return member.status() == v1::MemberState::ANSWERED; });
  return JsonObject().Number("members", answered).Number("of", answer.members_size()).Build();
}

std::string MarginJson(const v1::MeasureMargin& margin) {
  JsonObject object;
  object.Text("measure", margin.measure());
  if (margin.values() > 0) object.Number("values", margin.values());
  return object.Raw("margin95", margin.margin95()).Build();
}

}  // namespace

std::string RefusalJson(const v1::Refusal& refusal,
                        const google::protobuf::RepeatedPtrField<v1::MemberState>& members,
                        const google::protobuf::RepeatedPtrField<v1::NotHolding>& others) {
  JsonObject why;
  why.Text("reason", governance::ReasonName(refusal.reason())).Text("message", refusal.message());
  if (refusal.position() >= 0) why.Number("position", refusal.position());
  JsonObject object;
  object.Raw("refused", why.Build()).Raw("members", JsonArray(members, MemberJson));
  if (!others.empty()) object.Raw("not_holding", NotHoldingJson(others));
  return object.Build() + "\n";
}

std::string AnswerJson(const v1::Answer& answer) {
  if (answer.has_refusal()) {
    return RefusalJson(answer.refusal(), answer.members(), answer.not_holding());
  }
  JsonObject object;
  object.Text("query_id", answer.query_id())
      .Text("digest", answer.digest())
      .Text("dataset", answer.dataset())
      .Text("release", answer.release())
      .Bool("practice", answer.practice())
      .Text("sql", answer.sql())
      .Text("purpose", answer.purpose())
      .Text("project", answer.project())
      .Text("asked_at", answer.asked_at())
      .Raw("coverage", CoverageJson(answer))
      .Raw("dimensions", JsonArray(answer.dimensions(), JsonString))
      .Raw("measures", JsonArray(answer.measures(), JsonString))
      .Raw("units", UnitsJson(answer))
      .Raw("labels", LabelsJson(answer))
      .Raw("cells", JsonArray(answer.cells(), CellJson))
      .Raw("members", JsonArray(answer.members(), MemberJson))
      .Raw("not_holding", NotHoldingJson(answer.not_holding()))
      .Raw("noise", NoiseJson(answer.noise_class(), answer.noise_sigma()))
      .Number("threshold", answer.threshold())
      .Number("rounding", answer.rounding())
      .Raw("caveats", JsonArray(answer.caveats(), JsonString))
      .Number("cost_micro_rho", answer.cost_micro_rho())
      .Raw("rules", JsonArray(answer.rules(), JsonString))
      .Raw("signatures", JsonArray(answer.signatures(), SignatureJson));
  return object.Build() + "\n";
}

std::string ExplainJson(const v1::ExplainReply& reply) {
  if (reply.has_refusal()) return RefusalJson(reply.refusal(), {}, reply.not_holding());
  JsonObject object;
  object.Text("digest", reply.digest())
      .Text("dataset", reply.dataset())
      .Text("release", reply.release())
      .Bool("practice", reply.practice())
      .Text("sql", reply.sql())
      .Number("cells", reply.cells())
      .Number("cost_micro_rho", reply.cost_micro_rho())
      .Raw("noise", NoiseJson(reply.noise_class(), reply.noise_sigma()))
      .Raw("margin95", Margin(reply))
      .Raw("margins", JsonArray(reply.margins(), MarginJson))
      .Number("smallest_shown", reply.smallest_shown())
      .Number("threshold", reply.threshold())
      .Number("rounding", reply.rounding())
      .Number("min_members", reply.min_members())
      .Raw("members", JsonArray(reply.members(), ExplainMemberJson))
      .Raw("not_holding", NotHoldingJson(reply.not_holding()))
      .Raw("notes", JsonArray(reply.notes(), JsonString));
  return object.Build() + "\n";
}

}  // namespace commons::clients
