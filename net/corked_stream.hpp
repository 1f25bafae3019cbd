// The layer under Beast's WebSocket stream. What Beast writes by itself (the 101 response, pongs,
// closes) is taken whole into the session's output queue and completes by post; what it reads comes
// from the socket. So Beast stays the WebSocket implementation, and everything leaves in one write.
#pragma once

#include "net/tcp_socket.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace atrium::net {

/// A handler of Beast's that is to be called later, once, on its executor. Dropping it is allowed.
class write_completion {
public:
  virtual ~write_completion() = default;
  virtual void post(boost::system::error_code ec) = 0;
};

/// What the session does for the stream under it.
class cork {
public:
  virtual ~cork() = default;
  /// Queues one write of Beast's. False: the queue is long enough, the completion is to be held
  /// back; `hold` gets it then.
  virtual bool put_own(std::string bytes) = 0;
  virtual void hold(std::unique_ptr<write_completion> done) = 0;
  /// Sends what is queued, then ends the sending side and reads on until the peer ends or a moment
  /// has passed; then posts `done`.
  virtual void tear_down(std::unique_ptr<write_completion> done) = 0;
};

template <class Handler>
class held_write final : public write_completion {
public:
  held_write(Handler h, tcp_socket::executor_type ex, std::size_t bytes)
      : handler_{std::move(h)}, executor_{std::move(ex)}, bytes_{bytes} {}

  void post(boost::system::error_code ec) override {
    boost::asio::post(executor_, boost::beast::bind_front_handler(std::move(handler_), ec, bytes_));
  }

private:
  Handler handler_;
  tcp_socket::executor_type executor_;
  std::size_t bytes_;
};

template <class Handler>
class held_teardown final : public write_completion {
public:
  held_teardown(Handler h, tcp_socket::executor_type ex)
      : handler_{std::move(h)}, executor_{std::move(ex)} {}

  void post(boost::system::error_code ec) override {
    boost::asio::post(executor_, boost::beast::bind_front_handler(std::move(handler_), ec));
  }

private:
  Handler handler_;
  tcp_socket::executor_type executor_;
};

class corked_stream {
public:
  using executor_type = tcp_socket::executor_type;

  corked_stream(tcp_socket socket, cork& queue) : socket_{std::move(socket)}, cork_{queue} {}

  executor_type get_executor() noexcept { return socket_.get_executor(); }
  tcp_socket& socket() noexcept { return socket_; }

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    if (early_.empty()) return socket_.async_read_some(buffers, std::forward<Handler>(handler));
    auto n = boost::asio::buffer_copy(buffers, boost::asio::buffer(early_));
    early_.erase(0, n);
    if (early_.empty()) early_.shrink_to_fit();
    return boost::asio::async_initiate<Handler, void(boost::system::error_code, std::size_t)>(
        [this](auto h, std::size_t count) {
          boost::asio::post(get_executor(), boost::beast::bind_front_handler(
                                                std::move(h), boost::system::error_code{}, count));
        },
        handler, n);
  }

  /// Beast answers an upgrade synchronously: nothing of that waits for the socket.
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers, boost::system::error_code& ec) {
    ec = {};
    auto bytes = copy_of(buffers);
    auto count = bytes.size();
    (void)cork_.put_own(std::move(bytes));
    return count;
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers) {
    boost::system::error_code ec;
    return write_some(buffers, ec);
  }
  /// What synchronous reads get, to the last byte; it must outlive them.
  void feed(std::string_view whole_frame) noexcept { fed_ = whole_frame; }
  template <class Buffers>
  std::size_t read_some(const Buffers& buffers, boost::system::error_code& ec) {
    ec = {};
    if (fed_.empty()) ec = boost::asio::error::would_block;
    auto n = boost::asio::buffer_copy(buffers, boost::asio::buffer(fed_));
    fed_.remove_prefix(n);
    return n;
  }
  template <class Buffers>
  std::size_t read_some(const Buffers& buffers) {
    boost::system::error_code ec;
    return read_some(buffers, ec);
  }
  /// What asynchronous reads get before they go to the socket.
  void unread(std::string bytes) { early_ = std::move(bytes); }

  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, void(boost::system::error_code, std::size_t)>(
        [this](auto h, const Buffers& b) {
          auto bytes = copy_of(b);
          auto done = std::make_unique<held_write<decltype(h)>>(std::move(h), get_executor(),
                                                                bytes.size());
          if (cork_.put_own(std::move(bytes)))
            done->post({});
          else
            cork_.hold(std::move(done));
        },
        handler, buffers);
  }

  template <class Handler>
  void tear_down(Handler&& handler) {
    using held = held_teardown<std::decay_t<Handler>>;
    cork_.tear_down(std::make_unique<held>(std::forward<Handler>(handler), get_executor()));
  }

private:
  template <class Buffers>
  static std::string copy_of(const Buffers& buffers) {
    std::string bytes(boost::asio::buffer_size(buffers), '\0');
    boost::asio::buffer_copy(boost::asio::buffer(bytes), buffers);
    return bytes;
  }

  tcp_socket socket_;
  std::string_view fed_;
  std::string early_;
  cork& cork_;
};

/// Found by Beast by argument, after a synchronous read that failed: the session tears down itself.
inline void teardown(boost::beast::role_type, corked_stream&, boost::system::error_code& ec) {
  ec = {};
}

/// Found by Beast by argument: the queue is drained before the socket is shut down.
template <class Handler>
void async_teardown(boost::beast::role_type, corked_stream& stream, Handler&& handler) {
  stream.tear_down(std::forward<Handler>(handler));
}

/// Beast's timeouts are off, but its code wants to know how to close.
inline void beast_close_socket(corked_stream& stream) {
  boost::system::error_code ignored;
  stream.socket().close(ignored);
}

} // namespace atrium::net
