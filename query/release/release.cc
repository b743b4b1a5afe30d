#include "query/release/release.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/refusal.h"
#include "privacy/noise.h"
#include "query/question/cell_space.h"
#include "query/question/question.h"
#include "query/release/wire.h"

namespace commons::query {

using governance::Refuse;

namespace {

absl::Status AddVote(const v1::Envelope& envelope, crypto::FieldHasher& hasher) {
  v1::Vote vote;
  if (envelope.signatures_size() != 1 || !vote.ParseFromString(envelope.payload())) {
    return Refuse(v1::MALFORMED, "roster: a vote that is none");
  }
  hasher.Add(vote.header().sender())
      .Add(envelope.signatures(0).key())
      .Add(vote.ephemeral())
      .Add(vote.state_id())
      .AddU64(vote.requirements().rules_size());
  for (const std::string& rule : vote.requirements().rules()) hasher.Add(rule);
  hasher.Add(vote.register_head())
      .AddU64(vote.ledger_sequence())
      .Add(vote.ledger_head())
      .Add(crypto::Sha256(envelope.SerializeAsString()));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Hash32> TranscriptOf(const v1::Roster& roster, const v1::Question& question,
                                    const v1::Standard& standard, const CommonsId& commons) {
  crypto::FieldHasher hasher("commons/agg/1");
  hasher.Add(commons)
      .Add(roster.query_id())
      .Add(DigestOf(question, standard))
      .AddU64(roster.attempt())
      .Add(roster.asking_org())
      .Add(roster.asking_key())
      .Add(question.purpose())
      .Add(question.project())
      .AddU64(roster.flips())
      .AddU64(roster.colluders())
      .AddU64(roster.flips_share())
      .AddU64(roster.threshold())
      .AddU64(roster.rounding())
      .AddU64(roster.sets_times_responses())
      .AddU64(roster.rows_per_person())
      .AddU64(roster.owners_per_person())
      .AddU64(roster.votes_size());
  for (const v1::Envelope& vote : roster.votes()) RETURN_IF_ERROR(AddVote(vote, hasher));
  return hasher.Finish();
}

std::string EncodeMasked(absl::Span<const uint64_t> values) {
  std::string out;
  out.reserve(values.size() * kMaskedBytes);
  for (uint64_t value : values) AppendLittleEndian(value, out);
  return out;
}

std::string EncodeExact(absl::Span<const absl::int128> values) {
  std::string out;
  out.reserve(values.size() * kExactBytes);
  for (const absl::int128& value : values) {
    AppendLittleEndian(absl::Int128Low64(value), out);
    AppendLittleEndian(static_cast<uint64_t>(absl::Int128High64(value)), out);
  }
  return out;
}

absl::StatusOr<std::string> BuildRelease(const v1::Question& question, const v1::Standard& standard,
                                         const v1::Roster& roster, const Hash32& transcript,
                                         absl::Span<const v1::Contribution> contributions) {
  const size_t values = CellSpace(question, standard).values();
  const bool open = question.release() == v1::OPEN;
  // Masked sums are mod 2^64; exact ones do not overflow, as each value is bounded.
  std::vector<absl::uint128> sums(values);
  for (const v1::Contribution& contribution : contributions) {
    ASSIGN_OR_RETURN(const auto vector, DecodeContribution(contribution.values(), values, open));
    for (size_t i = 0; i < values; ++i) sums[i] += static_cast<absl::uint128>(vector[i]);
  }
  v1::ReleaseRecord record;
  *record.mutable_question() = question;
  *record.mutable_roster() = roster;
  record.set_transcript(transcript.ToBytes());
  std::string& totals = *record.mutable_totals();
  for (const absl::uint128& sum : sums) {
    AppendLittleEndian(absl::Uint128Low64(sum), totals);
    if (open) AppendLittleEndian(absl::Uint128High64(sum), totals);
  }
  return record.SerializeAsString();
}

}  // namespace commons::query
