// The TCP socket of all sessions: its executor is the I/O thread's loop itself. Asio's default, a
// socket of any executor, costs an allocation and several indirect calls per operation.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace atrium::net {

using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp,
                                                    boost::asio::io_context::executor_type>;

} // namespace atrium::net
