// card.rule: an organisation's card as a file, at its node and wherever people take it.
#ifndef COMMONS_CLIENTS_OFFICE_FILES_CARD_FILE_H_
#define COMMONS_CLIENTS_OFFICE_FILES_CARD_FILE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/ids.h"
#include "proto/documents.pb.h"

namespace commons::clients {

// Of the node in this directory.
std::string CardPath(const std::string& dir);

// A card's envelope, whose it is, and its content.
struct Card {
  v1::Envelope envelope;
  v1::OrgRoot root;
  OrgId org;
  // While a recovery is under way, as the node knows of it: the card that waits, or that before it.
  std::optional<v1::OrgRoot> other = {};
};
// The only one in the file; where there is a recovery card, that.
absl::StatusOr<Card> ReadCard(const std::string& card_path);
// What the card of a node's directory still waits for, in words; "": its board has signed it.
absl::StatusOr<std::string> CardWaitsFor(const std::string& card_path);
// Brings signatures of this node's own card home: kNotFound when `rules` holds another card or
// none.
absl::Status TakeSignedCard(const std::string& dir, const v1::RuleFile& rules);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_FILES_CARD_FILE_H_
