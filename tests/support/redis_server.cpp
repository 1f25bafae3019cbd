// Starts redis-server as a child that dies with the test, even if the test crashes
// (PR_SET_PDEATHSIG).
// Nothing is saved unless the arguments ask for it. The port is chosen by the kernel and given free
// just before the start; should another process take it in between, another one is tried.
// Waits by asking, with a limit; throws when the limit is over, because no test can go on then.
#include "support/redis_server.hpp"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace atrium::test {

namespace {

using connection = std::unique_ptr<redisContext, decltype(&redisFree)>;
constexpr auto start_limit = std::chrono::seconds{20};

std::uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(fd);
  return ntohs(address.sin_port);
}

void flatten(const redisReply* reply, std::vector<std::string>& lines) {
  switch (reply->type) {
  case REDIS_REPLY_NIL: lines.emplace_back("(nil)"); break;
  case REDIS_REPLY_INTEGER: lines.push_back(std::to_string(reply->integer)); break;
  case REDIS_REPLY_ERROR: lines.push_back("(error) " + std::string{reply->str, reply->len}); break;
  case REDIS_REPLY_ARRAY:
    for (std::size_t i = 0; i < reply->elements; ++i) flatten(reply->element[i], lines);
    break;
  default: lines.emplace_back(reply->str, reply->len);
  }
}

[[noreturn]] void run_server(const std::vector<std::string>& words, const std::string& log,
                             pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int fd = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(fd, STDOUT_FILENO);
  dup2(fd, STDERR_FILENO);
  std::vector<char*> argv;
  for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  _exit(127);
}

} // namespace

redis_server::redis_server(std::vector<std::string> arguments) : arguments_{std::move(arguments)} {
  std::string pattern = "/tmp/atrium-redis-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  directory_ = pattern;
  start();
}

redis_server::~redis_server() {
  if (pid_ > 0) {
    ::kill(pid_, SIGCONT);
    end(SIGKILL);
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string redis_server::url() const {
  return "unix://" + socket_path();
}
std::string redis_server::tcp_url() const {
  return "redis://127.0.0.1:" + std::to_string(port_) + "/0";
}

settings redis_server::config() const {
  settings made;
  made.redis.url = url();
  return made;
}

void redis_server::end(int signal) {
  if (pid_ <= 0) return;
  ::kill(pid_, signal);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void redis_server::kill() {
  end(SIGKILL);
}
void redis_server::stop() {
  end(SIGTERM);
}
void redis_server::freeze() {
  ::kill(pid_, SIGSTOP);
}
void redis_server::thaw() {
  ::kill(pid_, SIGCONT);
}

void redis_server::start_without_waiting() {
  if (port_ == 0) port_ = free_port();
  std::vector<std::string> words{"redis-server",
                                 "--port",
                                 std::to_string(port_),
                                 "--bind",
                                 "127.0.0.1",
                                 "--unixsocket",
                                 socket_path(),
                                 "--dir",
                                 directory_,
                                 "--save",
                                 "",
                                 "--daemonize",
                                 "no",
                                 "--appendonly",
                                 "no"};
  words.insert(words.end(), arguments_.begin(), arguments_.end());
  std::filesystem::remove(socket_path());
  const auto log = directory_ + "/log";
  const auto parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("redis-server could not be forked");
  if (pid_ == 0) run_server(words, log, parent);
}

void redis_server::start() {
  start_without_waiting();
  wait_until_ready();
}

void redis_server::wait_until_ready() {
  const auto deadline = std::chrono::steady_clock::now() + start_limit;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto answer = ask({"PING"});
    if (answer == "PONG" || answer.starts_with("(error) NOAUTH")) return;
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
      port_ = free_port();
      start_without_waiting();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  throw std::runtime_error("redis-server did not start");
}

void redis_server::erase_data() {
  for (const auto& entry : std::filesystem::directory_iterator{directory_}) {
    if (entry.path().filename() != "log") std::filesystem::remove_all(entry.path());
  }
}

std::vector<std::string> redis_server::command(const std::vector<std::string>& words) {
  const connection context{redisConnectUnix(socket_path().c_str()), &redisFree};
  if (!context || context->err != 0) return {"(error) no connection"};
  std::vector<const char*> argv;
  std::vector<std::size_t> sizes;
  for (const auto& word : words) {
    argv.push_back(word.data());
    sizes.push_back(word.size());
  }
  auto* reply = static_cast<redisReply*>(
      redisCommandArgv(context.get(), static_cast<int>(argv.size()), argv.data(), sizes.data()));
  if (reply == nullptr) return {"(error) no reply"};
  std::vector<std::string> lines;
  flatten(reply, lines);
  freeReplyObject(reply);
  return lines;
}

std::string redis_server::ask(const std::vector<std::string>& words) {
  const auto lines = command(words);
  return lines.empty() ? std::string{} : lines.front();
}

std::vector<std::string> redis_server::keys() {
  auto all = command({"KEYS", "*"});
  std::sort(all.begin(), all.end());
  return all;
}

} // namespace atrium::test
