// An HTTP request of a long-polling client, as the session that it belongs to sees it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace atrium::net {

struct polling_answer {
  unsigned status = 200;
  std::string body;
  std::string_view content_type = "text/plain; charset=UTF-8";
  /// Called when the socket has taken the whole answer; never, if it breaks before. May be empty.
  std::function<void()> on_written{};
};

class held_request {
public:
  virtual ~held_request() = default;
  /// Once; may be called in the call that brought the request, or any time later.
  virtual void answer(polling_answer a) = 0;
};

} // namespace atrium::net
