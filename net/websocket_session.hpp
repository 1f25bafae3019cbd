// The way from an HTTP upgrade to a native WebSocket session (contract §2).
#pragma once

#include "actors/messages.hpp"
#include "net/admission.hpp"
#include "net/gate.hpp"
#include "net/tcp_socket.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <string>

namespace atrium::net {

class io_thread;

using upgrade_request = boost::beast::http::request<boost::beast::http::string_body>;

/// An upgrade request that passed all checks but Beast's own.
struct upgrade {
  tcp_socket socket;
  upgrade_request request;
  /// Bytes that came after the request.
  std::string early;
  connection_slot place;
  counted socket_count;
  identity_claim claimed;
};

/// Begins a session on the current thread, which must be `thread`. It ends by itself.
void start_websocket(io_thread& thread, upgrade u);

} // namespace atrium::net
