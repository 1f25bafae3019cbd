// An operator's look at a room or a user as it happens (docs/admin-api.md, `…/tail`): an HTTP answer
// without end, a line for each event.
#pragma once

#include "actors/caller.hpp"
#include "net/admin_call.hpp"
#include "net/gate.hpp"
#include "net/tcp_socket.hpp"

#include <string>

namespace atrium::net {

class io_thread;

/// A request for a stream, from an operator.
struct tail_opening {
  tcp_socket socket;
  counted socket_count;
  counted request_count;
  counted place;
  open_tail what;
  /// Who looks. Outlet, request and room are filled in.
  caller from;
  /// Of the request: 11 or 10.
  unsigned version = 11;
  std::string origin;
};

/// Begins a session on the current thread, which must be `thread`. It answers the request, also where
/// there is no such room, and ends by itself.
void start_tail(io_thread& thread, tail_opening o);

} // namespace atrium::net
