#include "node/services/status_notes.h"

#include <vector>

#include "governance/review/ballot_words.h"
#include "governance/review/recovery_words.h"
#include "governance/review/standing_words.h"

namespace commons::node {
namespace {

using governance::Note;

void AddAll(const std::vector<Note>& notes,
            google::protobuf::RepeatedPtrField<v1::StatusReply::Note>& out) {
  for (const Note& note : notes) *out.Add() = OnWire(note);
}

}  // namespace

v1::StatusReply::Note OnWire(const Note& note) {
  v1::StatusReply::Note out;
  out.set_what(note.what);
  out.set_remedy(note.remedy);
  out.set_ours(note.ours);
  return out;
}

void AddNotes(const governance::Register& reg, const OrgId& own, absl::Time now,
              v1::StatusReply& reply) {
  AddAll(governance::VoteNotes(reg, own), *reply.mutable_votes());
  AddAll(governance::RecoveryNotes(reg, own, now), *reply.mutable_recoveries());
  AddAll(governance::StandingNotes(reg, own, now), *reply.mutable_standing());
}

}  // namespace commons::node
