// A context file: all documents of a commons as one node has them, so that its people can read what
// a draft changes where no node is. Everything in it is verified again, from the charter on; only
// when its node had each is the word of whoever made the file.
#ifndef COMMONS_CLIENTS_OFFICE_CONTEXT_H_
#define COMMONS_CLIENTS_OFFICE_CONTEXT_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/papers.h"
#include "governance/document/document.h"

namespace commons::clients {

// Of a commons of the largest size that a node takes in, a node never sends more.
inline constexpr size_t kContextBytes = size_t{256} << 20;

// "draft.rule" to "draft.context.rule".
std::string ContextBeside(absl::string_view draft_path);

// kFailedPrecondition: the node has joined no commons.
absl::Status WriteContext(LocalClient& client, const std::string& path);
// One of these cards alone, in turn, where no commons is known: what a next card changes.
absl::Status WriteContextOfCards(absl::Span<const governance::Document> cards,
                                 const std::string& path);
// "compared with what was in force on 2026-11-20, 8 days ago", by the word of its maker. From a
// week on with advice to ask for a newer one. "": it does not say when.
std::string ContextWords(const Papers& context, absl::Time now);
// Whether the file is one, by how it begins; false also where there is none.
bool IsContext(const std::string& path);
// kInvalidArgument "FILE: not a context file, or damaged; ask for it again".
absl::StatusOr<Papers> ReadContext(const std::string& path);
// The one beside a draft; unset where there is none.
absl::StatusOr<std::optional<Papers>> ReadContextBeside(const std::string& draft_path);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_CONTEXT_H_
