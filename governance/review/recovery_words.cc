#include "governance/review/recovery_words.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "governance/document/fingerprint.h"
#include "governance/document/quorum.h"
#include "governance/document/text.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

std::string DayOf(absl::Time time) { return Day(absl::ToUnixSeconds(time)); }

// A seat of whichever member, else the key's fingerprint.
std::string Whose(const std::string& key, const Register& reg) {
  for (const auto& [org, member] : reg.members()) {
    for (const v1::Seat& seat : member.root.seats()) {
      if (seat.key() != key) continue;
      return absl::StrCat("the ", Shown(seat.label()), " seat of ", Shown(member.name));
    }
  }
  return absl::StrCat("key ", Fingerprint(key));
}

std::string Objecting(const Recovery& recovery) {
  return absl::StrCat(
      "if the board did not ask for it, one seat objects: commons doc new objection, "
      "with card = \"",
      recovery.card.id.ToHex(), "\"");
}

Note NoteOf(const Organisation& member, const Recovery& recovery, bool ours, const Register& reg,
            absl::Time now) {
  const std::string of =
      absl::StrCat("recovery of ", Shown(member.name), ", since ", DayOf(recovery.card.seen_at),
                   ", by ", RecoveredBy(*recovery.document, *recovery.replaces, reg));
  if (recovery.HasPowerAt(now)) {
    return {
        absl::StrCat(of, ": could take power on ", DayOf(recovery.matures_at),
                     ", and its new board has not spoken yet"),
        ours ? "every dataset is closed until the new board has signed rules for it: commons doc "
               "new owner-policy"
             : "",
        ours};
  }
  if (recovery.matures_at < absl::InfiniteFuture()) {
    return {absl::StrCat(of, ": takes power on ", DayOf(recovery.matures_at),
                         " unless one seat of the board objects; every dataset then closes"),
            ours ? Objecting(recovery) : "ask its people whether they know of it", ours};
  }
  if (recovery.objected_at.has_value()) {
    // Perhaps before the card was here, or the time could be told.
    const bool told = *recovery.objected_at >= recovery.card.seen_at;
    return {absl::StrCat(of, ": a seat objected", told ? " on " : "",
                         told ? DayOf(*recovery.objected_at) : "", ", it never takes power"),
            ours ? "its board goes on with the next card: commons doc new org-root" : "", ours};
  }
  return {absl::StrCat(of, ": never takes power: its log has two histories, or a key was revoked"),
          "", ours};
}

}  // namespace

std::string RecoveredBy(const Document& card, const v1::OrgRoot& replaces, const Register& reg) {
  std::vector<std::string> names;
  for (const std::string& key : KeysIn(replaces.recovery())) {
    if (card.SignedBy(key)) names.push_back(Whose(key, reg));
  }
  return names.empty() ? "nobody" : absl::StrJoin(names, ", ");
}

std::vector<Note> RecoveryNotes(const Register& reg, const OrgId& own, absl::Time now) {
  std::vector<Note> notes;
  for (const auto& [org, member] : reg.members()) {
    const Recovery* recovery = reg.WaitingRecovery(org);
    if (recovery == nullptr) continue;
    const bool ours = org == own;
    notes.insert(ours ? notes.begin() : notes.end(), NoteOf(member, *recovery, ours, reg, now));
  }
  return notes;
}

}  // namespace commons::governance
