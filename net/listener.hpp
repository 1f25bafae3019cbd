// Accepts sockets and hands them to the I/O threads in turn.
#pragma once

#include "net/io_thread.hpp"
#include "net/tcp_socket.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace atrium::net {

class listener {
public:
  /// `threads` outlive the listener; the first one accepts.
  listener(gate& g, std::vector<std::unique_ptr<io_thread>>& threads);

  /// Binds and listens; a sentence if that can't be done. Before the threads run.
  [[nodiscard]] std::optional<std::string> open(const std::string& host, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Begins to accept.
  void start();
  /// Closes the listening socket. Thread-safe, also more than once.
  void stop();

private:
  void accept();
  void on_accept(boost::system::error_code ec, tcp_socket socket, io_thread& target);
  [[nodiscard]] bool is_full() const noexcept;

  gate& gate_;
  std::vector<std::unique_ptr<io_thread>>& threads_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::size_t next_ = 0;
  std::uint16_t port_ = 0;
};

} // namespace atrium::net
