#include "node/documents/exchange.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/exchange/exchange.h"
#include "node/log/log.h"
#include "node/peer/peer_fault.h"
#include "query/peer/glance.h"
#include "query/peer/peer_message.h"

namespace commons::node {

namespace kinds = governance::kinds;
using governance::Refuse;

namespace {

// A peer that always has more to say is left for the next round.
constexpr int kTurns = 64;

}  // namespace

Exchange::Exchange(LogBook* book, PageIntake* intake, const crypto::SigningKey* node_key,
                   const Clock* clock, crypto::RandomSource* random, Call call)
    : book_(book),
      intake_(intake),
      org_(book->org()),
      node_key_(node_key),
      clock_(clock),
      random_(random),
      call_(std::move(call)),
      budgets_(clock) {}

v1::PeerHeader Exchange::HeaderTo(const OrgId& recipient) const {
  return query::MakeHeader(book_->snapshot()->commons.value_or(CommonsId()), org_, recipient,
                           clock_->Now(), *random_);
}

v1::PeerHeader Exchange::HeaderToSender(const v1::Envelope& request) const {
  if (request.signatures_size() == 0) return HeaderTo(OrgId());
  const auto key = PublicKey::FromBytes(request.signatures(0).key());
  const auto now = book_->snapshot();
  const auto* sender = key.ok() ? now->reg->FindByNodeKey(*key) : nullptr;
  return HeaderTo(sender == nullptr ? OrgId() : sender->id);
}

v1::Envelope Exchange::OnGlance(const v1::Envelope& request, const Snapshot& now) {
  const auto* sender =
      query::WhoHoldsTheSame(request, *now.reg, org_, now.heads_hash, clock_->Now());
  if (sender == nullptr) return v1::Envelope();
  if (heard_) heard_(sender->id, true);
  return query::SignYes(request, {now.reg->commons_id(), sender->id, org_, now.heads_hash},
                        *node_key_);
}

v1::Envelope Exchange::OnCompare(const v1::Envelope& request) {
  const auto now = book_->snapshot();
  if (query::IsGlance(request)) return OnGlance(request, *now);
  v1::CompareReply reply;
  *reply.mutable_header() = HeaderToSender(request);
  auto opened =
      query::OpenPeerMessage<v1::Compare>(request, kinds::kCompare, *now->reg, org_, clock_->Now());
  if (opened.ok()) {
    reply.set_equal(opened->message.heads_hash() == now->heads_hash.ToBytes());
    if (heard_) heard_(opened->sender->id, reply.equal());
    if (!reply.equal()) {
      for (const auto& [org, head] : now->heads) {
        v1::LogHead& out = *reply.add_heads();
        out.set_org_id(org.ToBytes());
        out.set_size(head.size);
        out.set_checkpoint(head.checkpoint);
        out.set_node_info_counter(head.node_info_counter);
        out.set_forked(head.forked);
        out.set_sets_hash(head.sets_hash);
      }
    }
  } else {
    *reply.mutable_refusal() = RefusalToPeer(kinds::kCompareReply, opened.status());
  }
  return query::SignPeerMessage(kinds::kCompareReply, reply, *node_key_);
}

v1::Envelope Exchange::OnPull(const v1::Envelope& request) {
  const auto now = book_->snapshot();
  v1::PullReply reply;
  *reply.mutable_header() = HeaderToSender(request);
  auto opened =
      query::OpenPeerMessage<v1::Pull>(request, kinds::kPull, *now->reg, org_, clock_->Now());
  absl::Status status = opened.status();
  if (opened.ok()) {
    // A page of the own log may need a checkpoint to be signed.
    status = budgets_.Take(opened->sender->id, Work::kSignatures, opened->message.ranges_size());
  }
  if (status.ok()) {
    for (v1::LogPage& page : book_->PagesFor(opened->message.ranges())) {
      *reply.add_pages() = std::move(page);
    }
  } else {
    *reply.mutable_refusal() = RefusalToPeer(kinds::kPullReply, status);
  }
  return query::SignPeerMessage(kinds::kPullReply, reply, *node_key_);
}

v1::Envelope Exchange::OnPush(const v1::Envelope& request) {
  const auto now = book_->snapshot();
  v1::PushReply reply;
  *reply.mutable_header() = HeaderToSender(request);
  auto opened =
      query::OpenPeerMessage<v1::Push>(request, kinds::kPush, *now->reg, org_, clock_->Now());
  absl::Status status = opened.status();
  if (opened.ok()) {
    status = replays_.Admit(opened->sender->id, opened->message.header().nonce(), clock_->Now(),
                            clock_->Now() + 2 * query::kFreshness);
  }
  if (status.ok()) {
    std::vector<absl::Status> problems;
    status = intake_->Accept(opened->message.pages(), budgets_.For(opened->sender->id), &problems)
                 .status();
    if (status.ok() && !problems.empty()) status = problems.front();
  }
  if (!status.ok()) *reply.mutable_refusal() = RefusalToPeer(kinds::kPushReply, status);
  return query::SignPeerMessage(kinds::kPushReply, reply, *node_key_);
}

template <typename Reply>
absl::StatusOr<Reply> Exchange::Ask(const Peer& peer, PeerMethod method, absl::string_view kind,
                                    google::protobuf::Message& request,
                                    absl::string_view reply_kind, absl::Time until) {
  ASSIGN_OR_RETURN(const v1::Envelope envelope,
                   call_(peer, method, query::SignPeerMessage(kind, request, *node_key_), until));
  const auto now = book_->snapshot();
  Reply reply;
  if (peer.standing == Standing::kInvited) {
    // Its card is not known here yet; the connection was pinned to the invitation's key, and every
    // page proves itself.
    if (!query::ReadUnverified(envelope, reply_kind, reply).ok()) {
      return Refuse(v1::MALFORMED, "the reply is not what was asked for");
    }
  } else {
    auto opened =
        query::OpenPeerMessage<Reply>(envelope, reply_kind, *now->reg, org_, clock_->Now());
    RETURN_IF_ERROR(opened.status());
    if (opened->sender->id != peer.address.org) {
      return Refuse(v1::BAD_SIGNATURE, "the reply is another member's");
    }
    reply = std::move(opened->message);
  }
  if (reply.has_refusal()) return Refuse(reply.refusal().reason(), reply.refusal().message());
  return reply;
}

bool Exchange::Expects(const OrgId& org) const {
  return org == org_ || book_->snapshot()->reg->FindOnceMember(org) != nullptr;
}

bool Exchange::LacksNothingOf(const governance::Heads& theirs) const {
  const auto now = book_->snapshot();
  return std::all_of(theirs.begin(), theirs.end(), [&](const auto& each) {
    const auto& [org, head] = each;
    if (!Expects(org)) return true;
    const auto found = now->heads.find(org);
    if (found == now->heads.end()) return head.size == 0;
    const governance::Head& mine = found->second;
    if (head.node_info_counter > mine.node_info_counter || (head.forked && !mine.forked)) {
      return false;
    }
    return mine.forked || mine.size > head.size ||
           (mine.size == head.size && mine.root == head.root);
  });
}

bool Exchange::HoldsSetsOf(const governance::Heads& theirs) const {
  const auto now = book_->snapshot();
  return std::all_of(theirs.begin(), theirs.end(), [&](const auto& each) {
    const auto found = now->heads.find(each.first);
    return each.second.sets_hash.empty() || !Expects(each.first) || found == now->heads.end() ||
           found->second.sets_hash == each.second.sets_hash;
  });
}

absl::StatusOr<bool> Exchange::Pull(const Peer& peer, const std::vector<v1::Pull::Range>& ranges,
                                    absl::Time until) {
  v1::Pull request;
  *request.mutable_header() = HeaderTo(peer.address.org);
  for (const v1::Pull::Range& range : ranges) {
    const auto org = OrgId::FromBytes(range.org_id());
    if (org.ok() && Expects(*org)) *request.add_ranges() = range;
  }
  // What this organisation stopped must be here before it answers, and a reply may not hold all.
  std::stable_partition(request.mutable_ranges()->begin(), request.mutable_ranges()->end(),
                        [&](const auto& range) { return range.org_id() == org_.view(); });
  if (request.ranges().empty()) return false;
  ASSIGN_OR_RETURN(const auto reply, Ask<v1::PullReply>(peer, PeerMethod::kPull, kinds::kPull,
                                                        request, kinds::kPullReply, until));
  std::vector<absl::Status> problems;
  auto changed = intake_->Accept(reply.pages(), budgets_.For(peer.address.org), &problems);
  if (!problems.empty()) {  // one line, however many pages a peer makes up
    LogWarning(
        "page_refused",
        {{"peer", peer.name}, {"reason", problems.front().message()}, {"pages", problems.size()}});
  }
  return changed;
}

absl::Status Exchange::Push(const Peer& peer, const std::vector<v1::Pull::Range>& ranges,
                            absl::Time until) {
  google::protobuf::RepeatedPtrField<v1::Pull::Range> wanted(ranges.begin(), ranges.end());
  v1::Push request;
  *request.mutable_header() = HeaderTo(peer.address.org);
  for (v1::LogPage& page : book_->PagesFor(wanted)) *request.add_pages() = std::move(page);
  if (request.pages().empty()) return absl::OkStatus();
  return SendPages(peer, request, until);
}

absl::Status Exchange::SendPages(const Peer& peer, v1::Push& request, absl::Time until) {
  return Ask<v1::PushReply>(peer, PeerMethod::kPush, kinds::kPush, request, kinds::kPushReply,
                            until)
      .status();
}

absl::Status Exchange::PushPages(const Peer& peer, absl::Span<const v1::LogPage> pages,
                                 absl::Duration patience) {
  v1::Push request;
  *request.mutable_header() = HeaderTo(peer.address.org);
  for (const v1::LogPage& page : pages) *request.add_pages() = page;
  return SendPages(peer, request, absl::Now() + patience);
}

// As long as nothing came here since a peer last held the same, the next one probably does too.
bool Exchange::LikelyAgrees(const Peer& peer, const Snapshot& now) const {
  std::lock_guard lock(mu_);
  return peer.standing == Standing::kMember && agreed_ == now.heads_hash;
}

void Exchange::NoteAgreed(const Snapshot& now) {
  std::lock_guard lock(mu_);
  agreed_ = now.heads_hash;
}

absl::StatusOr<bool> Exchange::Agrees(const Peer& peer, const Snapshot& now, absl::Time until) {
  if (!LikelyAgrees(peer, now)) return false;
  const query::Glance glance{now.reg->commons_id(), org_, peer.address.org, now.heads_hash};
  const v1::Envelope request = query::SignGlance(glance, clock_->Now(), *node_key_);
  ASSIGN_OR_RETURN(const v1::Envelope reply, call_(peer, PeerMethod::kCompare, request, until));
  return query::SaysYes(reply, request, glance, *now.reg);
}

absl::StatusOr<v1::CompareReply> Exchange::Compare(const Peer& peer, const Snapshot& now,
                                                   absl::Time until) {
  v1::Compare request;
  *request.mutable_header() = HeaderTo(peer.address.org);
  request.set_heads_hash(now.heads_hash.ToBytes());
  return Ask<v1::CompareReply>(peer, PeerMethod::kCompare, kinds::kCompare, request,
                               kinds::kCompareReply, until);
}

absl::StatusOr<Exchange::Outcome> Exchange::RoundWith(const Peer& peer, absl::Duration patience) {
  const absl::Time until = absl::Now() + patience;
  Outcome outcome;
  for (int turn = 0; turn < kTurns; ++turn) {
    if (absl::Now() >= until) return absl::DeadlineExceededError("the time of the round is over");
    const auto now = book_->snapshot();
    ASSIGN_OR_RETURN(outcome.equal, Agrees(peer, *now, until));
    v1::CompareReply reply;
    if (!outcome.equal) {
      ASSIGN_OR_RETURN(reply, Compare(peer, *now, until));
      outcome.equal = reply.equal();
    }
    if (outcome.equal) {
      NoteAgreed(*now);
      outcome.shows_own_log = outcome.whole = true;
      return outcome;
    }
    ASSIGN_OR_RETURN(const governance::Heads theirs, governance::HeadsFromWire(reply.heads()));
    for (const OrgId& forked : book_->NoteForks(theirs, budgets_.For(peer.address.org))) {
      const auto* member = now->reg->FindMember(forked);
      LogWarning("forked_log", {{"member", member == nullptr ? forked.ToHex() : member->name},
                                {"shown_by", peer.name}});
    }
    const governance::ExchangeDiff diff = governance::Diff(book_->snapshot()->heads, theirs);
    if (std::find(diff.forked.begin(), diff.forked.end(), org_) != diff.forked.end()) {
      return Refuse(v1::CONFLICTING_LOG, "the peer holds another history of this node's own log");
    }
    const auto own = theirs.find(org_);
    outcome.shows_own_log = own == theirs.end() || own->second.size <= now->heads.at(org_).size;
    ASSIGN_OR_RETURN(const bool pulled, Pull(peer, diff.pull, until));
    outcome.changed = outcome.changed || pulled;
    const absl::Status pushed = Push(peer, diff.push, until);
    if (!pushed.ok()) {
      LogWarning("push_refused", {{"peer", peer.name}, {"reason", pushed.message()}});
    }
    outcome.whole = LacksNothingOf(theirs);
    // Once more for what a full page left, or what only a new member made known here.
    if (!pulled || (outcome.whole && outcome.shows_own_log && HoldsSetsOf(theirs))) return outcome;
  }
  return outcome;
}

}  // namespace commons::node
