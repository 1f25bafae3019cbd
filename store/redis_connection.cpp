// The one place that knows hiredis' context. Replies come in the order of the commands.
// Everything blocks, bounded by the two timeouts; a reply that does not come in time counts as a
// broken connection, because what was sent may or may not have been done. Never retries by itself,
// never logs, never repeats a user's name or password in a sentence.
// hiredis writes with write(2): SIGPIPE is blocked in the thread that opens the connection, so that
// a dead neighbour is an error here and not the end of the process.
#include "store/redis_connection.hpp"

#include <hiredis/hiredis.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace atrium::store {

namespace {

timeval to_timeval(milliseconds time) {
  const auto whole = std::chrono::duration_cast<seconds>(time);
  timeval tv{};
  tv.tv_sec = whole.count();
  tv.tv_usec = static_cast<suseconds_t>((time - whole).count() * 1'000);
  return tv;
}

void block_sigpipe() noexcept {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

} // namespace

redis_connection::redis_connection(const redis_settings& config)
    : connect_timeout_{config.connect_timeout}, command_timeout_{config.command_timeout} {
  auto parsed = parse_redis_url(config.url);
  if (auto* address = std::get_if<redis_address>(&parsed)) {
    name_ = describe(*address);
    address_ = std::move(*address);
  } else {
    wrong_url_ = std::get<std::string>(parsed);
  }
}

std::optional<std::string> redis_connection::open() {
  context_.reset();
  if (!address_) return wrong_url_;
  block_sigpipe();
  auto failed = connect();
  if (!failed) failed = greet();
  if (failed) context_.reset();
  return failed;
}

std::optional<std::string> redis_connection::connect() {
  const auto limit = to_timeval(connect_timeout_);
  context_.reset(address_->socket_path.empty()
                     ? redisConnectWithTimeout(address_->host.c_str(), address_->port, limit)
                     : redisConnectUnixWithTimeout(address_->socket_path.c_str(), limit));
  if (!context_) return "out of memory";
  if (context_->err != 0) return std::string{context_->errstr};
  redisSetTimeout(context_.get(), to_timeval(command_timeout_));
  fcntl(context_->fd, F_SETFD, FD_CLOEXEC);
  if (address_->socket_path.empty()) redisEnableKeepAlive(context_.get());
  return std::nullopt;
}

std::optional<std::string> redis_connection::greet() {
  command_buffer greeting;
  if (!address_->password.empty()) {
    if (address_->user.empty())
      greeting.add("AUTH", address_->password);
    else
      greeting.add("AUTH", address_->user, address_->password);
  }
  if (address_->database != 0) greeting.add("SELECT", address_->database);
  greeting.add("PING");
  send(greeting);
  std::optional<std::string> failed;
  for (std::size_t i = 0; i < greeting.count(); ++i) {
    const auto reply = receive();
    if (!reply) return failed ? failed : "no answer to the greeting";
    if (reply->is_error() && !failed) failed = std::string{reply->text()};
  }
  return failed;
}

bool redis_connection::looks_alive() const noexcept {
  if (!context_) return false;
  char byte;
  const auto got = recv(context_->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  // Nothing was asked, so nothing but the end can be there to read.
  return false;
}

void redis_connection::send(const command_buffer& commands) {
  if (context_) {
    redisAppendFormattedCommand(context_.get(), commands.bytes().data(), commands.bytes().size());
  }
}

redis_reply redis_connection::receive() {
  if (!context_) return redis_reply{};
  void* reply = nullptr;
  if (redisGetReply(context_.get(), &reply) != REDIS_OK) {
    context_.reset();
    return redis_reply{};
  }
  return redis_reply{static_cast<redisReply*>(reply)};
}

void redis_connection::quit() {
  if (!context_) return;
  command_buffer farewell;
  farewell.add("QUIT");
  send(farewell);
  (void)receive();
  context_.reset();
}

void redis_connection::freer::operator()(redisContext* context) const noexcept {
  redisFree(context);
}

} // namespace atrium::store
