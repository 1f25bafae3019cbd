// An HTTP request on its way to become a WebSocket.
#pragma once

#include "actors/messages.hpp"
#include "net/admission.hpp"
#include "net/gate.hpp"
#include "net/tcp_socket.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <string>

namespace atrium::net {

using upgrade_request = boost::beast::http::request<boost::beast::http::string_body>;

/// An upgrade request that passed all checks but Beast's own.
struct upgrade {
  tcp_socket socket;
  upgrade_request request;
  /// Bytes that came after the request.
  std::string early;
  /// Of the session that it belongs to already: none.
  connection_slot place;
  counted socket_count;
  /// What the query string and the token said.
  identity_claim claimed;
};

} // namespace atrium::net
