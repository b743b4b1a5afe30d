// What a card changes against the one whose place it takes, in a board's words. Pure.
#ifndef COMMONS_GOVERNANCE_REVIEW_CARD_CHANGES_H_
#define COMMONS_GOVERNANCE_REVIEW_CARD_CHANGES_H_

#include <string>
#include <vector>

#include "proto/documents.pb.h"

namespace commons::governance {

struct CardChange {
  bool wider = false;  // fewer can decide, fewer can stop, more can open, or for longer
  std::string words;
};

// Both are valid cards of one organisation. Wider ones first.
std::vector<CardChange> CardChangesBetween(const v1::OrgRoot& before, const v1::OrgRoot& after);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_CARD_CHANGES_H_
