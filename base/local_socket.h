// What a node's socket for its own people (node_files::kSocket) says outside of gRPC.
#ifndef COMMONS_BASE_LOCAL_SOCKET_H_
#define COMMONS_BASE_LOCAL_SOCKET_H_

#include "absl/strings/string_view.h"

namespace commons {

// All that a client is told, before it is closed, while there are as many as may be.
inline constexpr absl::string_view kSocketFull = "commons: full\n";

}  // namespace commons

#endif  // COMMONS_BASE_LOCAL_SOCKET_H_
