// The listening socket. One accept is outstanding at any time; when the process runs out of file
// descriptors it pauses 100 ms instead of spinning. A port that another process holds is an error,
// so SO_REUSEPORT is never set.
#include "net/listener.hpp"

#include "log/log.hpp"
#include "net/http_session.hpp"

#include <boost/asio/post.hpp>

namespace atrium::net {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// Sockets that are no WebSockets (yet), beyond `limits.connections`.
constexpr std::size_t spare_socket_count = 10'000;
constexpr std::chrono::milliseconds accept_pause{100};

} // namespace

listener::listener(gate& g, std::vector<std::unique_ptr<io_thread>>& threads)
    : gate_{g}, threads_{threads}, acceptor_{threads.front()->context()},
      pause_{threads.front()->context()} {}

std::optional<std::string> listener::open(const std::string& host, std::uint16_t port) {
  error_code ec;
  auto where = "cannot listen on " + host + ":" + std::to_string(port) + ": ";
  tcp::resolver resolver{threads_.front()->context()};
  auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, ec);
  if (ec) return where + ec.message();
  auto endpoint = found.begin()->endpoint();
  acceptor_.open(endpoint.protocol(), ec);
  if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address{true}, ec);
  if (!ec) acceptor_.bind(endpoint, ec);
  if (!ec) acceptor_.listen(boost::asio::socket_base::max_listen_connections, ec);
  if (ec) return where + ec.message();
  port_ = acceptor_.local_endpoint(ec).port();
  return std::nullopt;
}

void listener::start() {
  boost::asio::post(acceptor_.get_executor(), [this] { accept(); });
}

void listener::stop() {
  boost::asio::post(acceptor_.get_executor(), [this] {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  });
}

void listener::accept() {
  if (!acceptor_.is_open()) return;
  auto& target = *threads_[next_++ % threads_.size()];
  acceptor_.async_accept(target.context(), [this, &target](error_code ec, tcp_socket socket) {
    on_accept(ec, std::move(socket), target);
  });
}

bool listener::is_full() const noexcept {
  auto limit = gate_.home.config.limits.connections;
  return limit != 0 && gate_.sockets >= limit + spare_socket_count;
}

void listener::on_accept(error_code ec, tcp_socket socket, io_thread& target) {
  if (ec == boost::asio::error::operation_aborted) return;
  if (ec) {
    log::warn("accept_failed", {{"error", ec.message()}});
    pause_.expires_after(accept_pause);
    pause_.async_wait([this](error_code) { accept(); });
    return;
  }
  if (is_full()) {
    gate_.home.counts.add(counter::connections_refused);
    gate_.home.counts.add(limit::connections);
  } else {
    counted one{gate_.sockets};
    boost::asio::post(target.context(),
                      [&target, s = std::move(socket), c = std::move(one)]() mutable {
                        start_http(target, std::move(s), std::move(c));
                      });
  }
  accept();
}

} // namespace atrium::net
