// fork, exec, wait. The child's standard error goes to a file, so that a full pipe never stops it.
#include "support/atriumd_process.hpp"

#include "support/http_client.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace atrium::test {
namespace {

constexpr std::chrono::milliseconds poll_pause{20};
constexpr std::chrono::seconds start_patience{30};

template <class Done>
bool poll_until(std::chrono::milliseconds patience, Done is_done) {
  auto deadline = std::chrono::steady_clock::now() + patience;
  while (!is_done()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(poll_pause);
  }
  return true;
}

} // namespace

std::uint16_t free_port() {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  bool is_good = ::bind(fd, reinterpret_cast<sockaddr*>(&at), size) == 0
                 && ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size) == 0;
  ::close(fd);
  if (!is_good) throw std::runtime_error{"no free port"};
  return ntohs(at.sin_port);
}

atriumd_process::atriumd_process(std::vector<std::string> arguments, environment env,
                                 bool wait_ready)
    : arguments_{std::move(arguments)}, env_{std::move(env)},
      wait_ready_{wait_ready}, port_{free_port()} {
  std::string path = "/tmp/atriumd-test-XXXXXX";
  int fd = ::mkstemp(path.data());
  if (fd < 0) throw std::runtime_error{"no file for atriumd's log"};
  ::close(fd);
  log_path_ = path;
  start();
}

atriumd_process::~atriumd_process() {
  kill();
  ::unlink(log_path_.c_str());
}

void atriumd_process::start() {
  spawn();
  await_answer();
}

void atriumd_process::spawn() {
  auto port = std::to_string(port_);
  std::vector<std::string> words{ATRIUM_DAEMON, "--port", port};
  words.insert(words.end(), arguments_.begin(), arguments_.end());
  std::vector<char*> argv;
  for (auto& w : words) argv.push_back(w.data());
  argv.push_back(nullptr);
  auto parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error{"fork failed"};
  if (pid_ > 0) return;
  // A test that is killed takes its daemon along.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(126);
  int log = ::open(log_path_.c_str(), O_WRONLY | O_APPEND);
  ::dup2(log, 2);
  ::dup2(log, 1);
  for (const auto& [name, value] : env_) ::setenv(name.c_str(), value.c_str(), 1);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

void atriumd_process::await_answer() {
  bool is_up = poll_until(start_patience, [this] {
    if (!is_running()) return true;
    try {
      auto answer = http_get(port_, wait_ready_ ? "/ready" : "/health");
      return !wait_ready_ || answer.status == 200;
    } catch (const std::runtime_error&) {
      return false;
    }
  });
  if (is_up && is_running()) return;
  auto why = "atriumd did not come up (exit status " + std::to_string(exit_status_) + "):\n"
             + log();
  kill();
  throw std::runtime_error{why};
}

void atriumd_process::reap(int status) noexcept {
  pid_ = -1;
  exit_status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool atriumd_process::is_running() {
  int status = 0;
  if (pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) reap(status);
  return pid_ > 0;
}

void atriumd_process::ask_to_stop() {
  if (pid_ > 0) ::kill(pid_, SIGTERM);
}

int atriumd_process::wait(std::chrono::seconds patience) {
  if (!poll_until(patience, [this] { return !is_running(); }))
    throw std::runtime_error{"atriumd did not end:\n" + log()};
  return exit_status_;
}

int atriumd_process::stop(std::chrono::seconds patience) {
  ask_to_stop();
  return wait(patience);
}

void atriumd_process::kill() {
  if (!is_running()) return;
  ::kill(pid_, SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  reap(status);
}

std::string atriumd_process::log() const {
  std::ostringstream out;
  out << std::ifstream{log_path_}.rdbuf();
  return out.str();
}

std::size_t atriumd_process::resident_bytes() const {
  std::ifstream in{"/proc/" + std::to_string(pid_) + "/statm"};
  std::size_t total = 0;
  std::size_t resident = 0;
  in >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace atrium::test
