#include "governance/kinds/commons/dead_ballot.h"

#include <set>
#include <string>
#include <utility>

#include "governance/document/payload.h"
#include "governance/document/quorum.h"
#include "governance/document/refusal.h"

namespace commons::governance {
namespace {

// With no more signatures than its board needs, so that there is room for all statements.
v1::Envelope Shortest(const Document& statement, const v1::Quorum& board) {
  v1::Envelope envelope = statement.envelope;
  std::set<PublicKey> signers = statement.signers;
  auto& signatures = *envelope.mutable_signatures();
  for (int i = signatures.size(); i-- > 0;) {
    const auto key = PublicKey::FromBytes(signatures[i].key());
    std::set<PublicKey> others = signers;
    if (key.ok()) others.erase(*key);
    if (!Satisfies(board, others)) continue;
    signers = std::move(others);
    signatures.DeleteSubrange(i, 1);
  }
  return envelope;
}

}  // namespace

void TakeStatement(const Document& statement, Document& resolution) {
  const auto& said = statement.As<v1::Approval>();
  resolution.cited.push_back({statement.id, *OrgId::FromBytes(said.header().issuer()),
                              *CommonsId::FromBytes(said.header().commons_id()), said.version(),
                              said.ballot(), *DocId::FromBytes(said.document()), said.yes(),
                              statement.signers});
}

absl::Status CheckDeadBallot(const Document& resolution) {
  const auto& p = resolution.As<v1::Resolution>();
  std::set<OrgId> issuers;
  for (const CitedApproval& said : resolution.cited) {
    if (said.commons.view() != p.header().commons_id()) {
      return Refuse(v1::WRONG_COMMONS, "resolution: a statement of another commons");
    }
    if (said.version != p.header().version() || said.ballot + 1 != p.ballot()) {
      return Malformed("resolution: a statement about another ballot than the one before");
    }
    if (!issuers.insert(said.issuer).second) {
      return Malformed("resolution: two statements of one organisation");
    }
  }
  return absl::OkStatus();
}

void AddDeadBallot(const Register& reg, v1::Resolution& resolution) {
  for (const auto& statement : reg.ballots().dead) {
    const Organisation* member = reg.FindMember(*OrgId::FromBytes(statement->header->issuer()));
    *resolution.add_dead_ballot() = Shortest(*statement, member->root.board());
  }
}

}  // namespace commons::governance
