// What a kind of document is: all that opening, signing, folding and showing ask of it. A kind is
// one file under kinds/ that fills this struct, and one row of kinds/table.cc.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_KIND_H_
#define COMMONS_GOVERNANCE_DOCUMENT_KIND_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "governance/document/document.h"
#include "proto/documents.pb.h"

namespace commons::governance {

class Register;   // register/register.h
class Screen;     // review/screen.h
struct Ground;    // register/state.h
struct OrgState;  // register/state.h

// A document in its organisation's log that follows its chain and has the signatures it needs.
struct Counted {
  const std::shared_ptr<const Document>& shared;  // never nullptr
  absl::Time seen_at;
  absl::Duration cooling_off;  // the commons'
  bool by_board = false;       // the board's threshold signed it
  const Document& document = *shared;
};

// What a document says of itself that stands on no chain.
struct SetHead {
  absl::string_view commons_id, issuer, nonce;
  int64_t issued_at = 0;
};

// Plain functions of one payload type, made functions of any message by Of<>. Those that may be
// nullptr say what that means.
struct Kind {
  using Message = google::protobuf::Message;

  enum class Home {
    kLog,      // a chain in the log of its issuer
    kCard,     // the chain of cards, with whose first the log of an organisation begins
    kBeside,   // in no log: the newest is kept beside it
    kSet,      // in no log: one of those that its issuer's set keeps for ever
    kCommons,  // the chain of the commons, whichever log it lies in
  };

  absl::string_view type;  // one of payload_types.h
  Home home = Home::kLog;

  // ---- The payload by itself, also its times and when it must end. Refusals: MALFORMED,
  // NOT_SUPPORTED_YET.
  std::shared_ptr<Message> (*make)();
  bool genesis = false;  // starts an organisation or a commons: its header names neither
  bool renewed = false;  // ... and has later versions, which name the organisation alone
  // The chain that the header must name. nullptr: it has no header.
  absl::StatusOr<std::string> (*chain)(const Message&) = nullptr;
  SetHead (*set_head)(const Message&) = nullptr;    // of kSet
  bool outside_commons = false;                     // of kSet: holds in any commons, names none
  absl::Status (*check)(const Message&) = nullptr;  // what else. nullptr: nothing
  // Envelopes within, all of the kind `carried`. nullptr: none.
  std::vector<const v1::Envelope*> (*carries)(const Message&) = nullptr;
  const Kind* carried = nullptr;
  // ... that prove something, all of the kind `cited`. nullptr: none.
  std::vector<const v1::Envelope*> (*cites)(const Message&) = nullptr;
  const Kind* cited = nullptr;
  // ... into the document, and out of its payload, once they are open. Never nullptr if any are.
  void (*take_cited)(const Document& cited, Document& into) = nullptr;
  void (*forget_cited)(Message&) = nullptr;
  // ... both against each other, once they are open. nullptr: nothing to check.
  absl::Status (*check_carried)(const Document&) = nullptr;

  // ---- Who may sign. Everything may be signed by the board's threshold.
  // Who else's signatures are enough, by what the organisation said before. nullptr: nobody's.
  bool (*also_by)(const Document&, const v1::OrgRoot& card, const OrgState& before) = nullptr;
  // By those who may replace lost keys, in the place of the board.
  bool by_recovery = false;
  bool by_stewards = false;   // a steward's signature counts
  bool by_guardians = false;  // a guardian's does
  // Keys that are not on the card and whose signatures are kept. nullptr: none.
  std::vector<std::string> (*own_keys)(const Message&) = nullptr;
  absl::string_view never_signed = "";  // why nobody signs it; "": somebody does

  // ---- What it does in the fold of a log (kLog, kCard).
  // Whether this commons takes it: PRACTICE_KEY. nullptr: any does.
  absl::Status (*fits)(const Message&, const Ground&) = nullptr;
  void (*record)(const Counted&, OrgState&) = nullptr;

  // ---- Whether those who signed are enough for it to count (kSet only).
  bool (*enough)(const Document&, const v1::OrgRoot& card) = nullptr;

  // ---- What a person reads before signing: a title, then lines. `reg` may be nullptr.
  void (*show)(const Document&, const Register* reg, Screen&);
};

template <typename Payload>
std::shared_ptr<Kind::Message> Make() {
  return std::make_shared<Payload>();
}

template <typename Payload, auto kFunction>
auto Of(const Kind::Message& message) {
  return kFunction(static_cast<const Payload&>(message));
}

template <typename Payload>
SetHead SetHeadOf(const Kind::Message& message) {
  const auto& p = static_cast<const Payload&>(message);
  return {p.commons_id(), p.issuer(), p.nonce(), p.issued_at()};
}

// The chain of a kind that has one for all.
template <const char* kChain>
absl::StatusOr<std::string> Always(const Kind::Message&) {
  return std::string(kChain);
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_KIND_H_
