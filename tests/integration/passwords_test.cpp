// The safe with its real threads: nobody who is remembered waits for slow work, the queue is bounded,
// every question is answered, also by the end.
#include "secrets/password_hash.hpp"
#include "secrets/passwords.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <future>

using namespace atrium;

namespace {

/// `auth.password_threads` and `auth.password_queue`
auth_settings safe_settings(unsigned threads, std::size_t queue) {
  auth_settings s;
  s.password_threads = threads;
  s.password_queue = queue;
  return s;
}

struct answered {
  std::size_t question;
  /// Nothing: an error came instead.
  std::optional<password_verdict> verdict;
};
/// In the order in which the answers came.
using answers = std::vector<answered>;

std::size_t count(const answers& all, password_verdict wanted) {
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [wanted](const answered& a) { return a.verdict == wanted; }));
}

class safe {
public:
  explicit safe(const auth_settings& config) : system_{configured()} {
    passwords = open_passwords(system_, config);
  }
  ~safe() { end(); }

  void end() {
    if (passwords) caf::anon_send_exit(passwords, caf::exit_reason::user_shutdown);
    passwords = nullptr;
  }

  /// Asks all at once, then the safe's end if so wished.
  std::future<answers> ask(std::vector<verify_password> questions, bool end_then = false) {
    auto promise = std::make_shared<std::promise<answers>>();
    auto future = promise->get_future();
    auto got = std::make_shared<answers>();
    system_.spawn([=, to = passwords](caf::event_based_actor* self) {
      auto add = [got, promise, total = questions.size()](std::size_t n, auto verdict) {
        got->push_back({n, verdict});
        if (got->size() == total) promise->set_value(*got);
      };
      for (std::size_t n = 0; n < questions.size(); ++n)
        self->request(to, caf::infinite, questions[n])
            .then([=](const password_verified& v) { add(n, v.verdict); },
                  [=](const caf::error&) { add(n, std::nullopt); });
      if (end_then) self->send_exit(to, caf::exit_reason::user_shutdown);
    });
    return future;
  }

  std::optional<std::string> hash(std::string password) {
    std::optional<std::string> out;
    caf::scoped_actor self{system_};
    self->request(passwords, std::chrono::seconds{60}, hash_password{std::move(password)})
        .receive([&](hashed_password& h) { out = std::move(h.hash); },
                 [](const caf::error& e) { FAIL("no answer: " << caf::to_string(e)); });
    return out;
  }

private:
  static caf::actor_system_config& configured() {
    static caf::actor_system_config config;
    config.set("scheduler.policy", caf::atom("sharing"));
    return config;
  }

  caf::actor_system system_;

public:
  password_actor passwords;
};

answers get(std::future<answers> from) {
  REQUIRE(from.wait_for(std::chrono::seconds{60}) == std::future_status::ready);
  return from.get();
}

std::vector<verify_password> wrong_ones(const std::string& hash, std::size_t n) {
  std::vector<verify_password> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back({hash, "wrong " + std::to_string(i)});
  return out;
}

} // namespace

TEST_CASE("a password is hashed, then told right from wrong") {
  safe s{safe_settings(2, 64)};
  auto stored = s.hash("пароль");
  REQUIRE(stored);
  CHECK(secrets::verify(*stored, "пароль") == true);
  auto got = get(s.ask({{*stored, "пароль"}, {*stored, "parole"}, {"no hash", "пароль"}}));
  for (const auto& a : got)
    CHECK(a.verdict == (a.question == 0 ? password_verdict::right : password_verdict::wrong));
}

TEST_CASE("what was right before is answered at once while slow checks wait") {
  safe s{safe_settings(1, 64)};
  auto stored = *s.hash("right");
  auto questions = wrong_ones(stored, 20);
  questions.push_back({stored, "right"});
  auto got = get(s.ask(questions));
  auto remembered = std::find_if(got.begin(), got.end(),
                                 [](const answered& a) { return a.question == 20; });
  CHECK(remembered->verdict == password_verdict::right);
  CHECK(count(got, password_verdict::wrong) == 20);
  // Behind the slow ones it would be the last; a few may be done before a busy machine runs the front.
  CHECK(remembered - got.begin() < 10);
}

TEST_CASE("a thousand who ask the same are answered by one check") {
  safe s{safe_settings(1, 1)};
  auto stored = *secrets::hash("right");
  std::vector<verify_password> questions(1'000, verify_password{stored, "right"});
  CHECK(count(get(s.ask(questions)), password_verdict::right) == 1'000);
  for (auto& q : questions) q.password = "wrong";
  CHECK(count(get(s.ask(questions)), password_verdict::wrong) == 1'000);
}

TEST_CASE("what the queue cannot hold is told so, and later ones are served again") {
  safe s{safe_settings(1, 2)};
  auto stored = *secrets::hash("right");
  auto got = get(s.ask(wrong_ones(stored, 60)));
  auto busy = count(got, password_verdict::busy);
  CHECK(busy >= 1);
  CHECK(busy <= 57);
  CHECK(busy + count(got, password_verdict::wrong) == 60);
  CHECK(s.hash("another"));
  CHECK(count(get(s.ask({{stored, "right"}})), password_verdict::right) == 1);
}

TEST_CASE("the safe ends while checks run, and nobody is left without an answer") {
  auto stored = *secrets::hash("right");
  safe s{safe_settings(2, 64)};
  auto got = get(s.ask(wrong_ones(stored, 20), true));
  CHECK(got.size() == 20);
  CHECK(count(got, password_verdict::right) == 0);
}

TEST_CASE("the safe whose last handle is let go of finishes and ends") {
  auto stored = *secrets::hash("right");
  safe s{safe_settings(1, 64)};
  auto asked = s.ask(wrong_ones(stored, 3));
  s.passwords = nullptr;
  CHECK(count(get(std::move(asked)), password_verdict::wrong) == 3);
}
