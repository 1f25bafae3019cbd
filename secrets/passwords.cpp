// The front of the safe: answers from memory what was found right before, and has workers find out
// the rest.
//
// Never blocks: whatever is remembered is answered at once, however many slow jobs wait. Those are done
// in the order in which they came; at most `auth.password_queue` of them wait, what comes beyond is
// told so at once. Questions equal to one that waits or is under way are answered with it and take no
// place. A wrong password is never remembered: each costs whoever guesses the whole time.
// A password is here in one copy, which is wiped when the last job that needs it is done.
#include "secrets/passwords.hpp"

#include "log/log.hpp"
#include "secrets/password_worker.hpp"
#include "secrets/right_answers.hpp"

#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <algorithm>
#include <deque>
#include <set>
#include <unordered_map>
#include <vector>

namespace atrium {

namespace secrets {
namespace {

/// More than rooms with a password that a server has in memory; 2 MB.
constexpr std::size_t most_right_answers = 16'384;

using hash_promise = caf::typed_response_promise<hashed_password>;
using verify_promise = caf::typed_response_promise<password_verified>;

class password_front;

struct front_state {
  std::shared_ptr<password_front> self;
};

class password_front {
public:
  using pointer = password_actor::stateful_pointer<front_state>;

  password_front(pointer self, const auth_settings& config);

  hash_promise on(hash_password& h);
  verify_promise on(verify_password& v);
  void end(caf::error reason);

private:
  struct job {
    std::shared_ptr<const secret> password;
    /// What it is to be checked against; empty: it is to be hashed.
    std::string hash;
    fingerprint question{};
    /// One of them is used.
    std::optional<hash_promise> creator;
    std::vector<verify_promise> askers;
  };
  using shared_job = std::shared_ptr<job>;

  /// False: too many wait.
  bool accept(shared_job j);
  void start_next();
  void start(const shared_job& j, const password_worker& worker);
  void finish(const shared_job& j, const password_worker& worker);
  void answer(job& j, hashed_password outcome);
  void answer(job& j, password_verified outcome);
  void answer_busy(job& j);

  pointer self_;
  std::size_t most_waiting_;
  fingerprint_key key_;
  right_answers right_{most_right_answers};
  std::vector<password_worker> idle_;
  std::deque<shared_job> waiting_;
  std::set<shared_job> under_way_;
  /// Checks that wait or are under way.
  std::unordered_map<fingerprint, shared_job, fingerprint_bytes> checks_;
  /// Since the queue was empty.
  bool was_full_ = false;
};

password_front::password_front(pointer self, const auth_settings& config)
    : self_{self}, most_waiting_{config.password_queue} {
  for (unsigned i = 0; i < std::max(1U, config.password_threads); ++i)
    idle_.push_back(self->spawn<caf::detached>(run_password_worker, self->address()));
}

hash_promise password_front::on(hash_password& h) {
  auto promise = self_->make_response_promise<hashed_password>();
  auto j = std::make_shared<job>();
  j->password = std::make_shared<const secret>(h.password);
  j->creator = promise;
  if (!accept(j)) answer_busy(*j);
  return promise;
}

verify_promise password_front::on(verify_password& v) {
  auto promise = self_->make_response_promise<password_verified>();
  auto j = std::make_shared<job>();
  j->password = std::make_shared<const secret>(v.password);
  j->hash = std::move(v.hash);
  j->question = key_.of(j->hash, j->password->text());
  if (right_.has(j->question)) {
    promise.deliver(password_verified{password_verdict::right});
    return promise;
  }
  if (auto equal = checks_.find(j->question); equal != checks_.end()) {
    equal->second->askers.push_back(promise);
    return promise;
  }
  j->askers.push_back(promise);
  if (accept(j))
    checks_.emplace(j->question, j);
  else
    answer_busy(*j);
  return promise;
}

bool password_front::accept(shared_job j) {
  if (idle_.empty() && waiting_.size() >= most_waiting_) {
    if (!std::exchange(was_full_, true))
      log::warn("password_queue_full", {{"waiting", waiting_.size()}});
    return false;
  }
  waiting_.push_back(std::move(j));
  start_next();
  return true;
}

void password_front::start_next() {
  if (idle_.empty() || waiting_.empty()) return;
  auto worker = std::move(idle_.back());
  idle_.pop_back();
  auto j = std::move(waiting_.front());
  waiting_.pop_front();
  was_full_ &= !waiting_.empty();
  under_way_.insert(j);
  start(j, worker);
}

void password_front::start(const shared_job& j, const password_worker& worker) {
  auto done = [this, j, worker](auto& outcome) {
    answer(*j, std::move(outcome));
    finish(j, worker);
  };
  auto failed = [this, j, worker](const caf::error&) {
    log::error("password_worker_failed", {});
    answer_busy(*j);
    finish(j, worker);
  };
  if (j->creator)
    self_->request(worker, caf::infinite, hash_job{j->password})
        .then([done](hashed_password& h) { done(h); }, failed);
  else
    self_->request(worker, caf::infinite, verify_job{j->hash, j->password})
        .then([done](password_verified& v) { done(v); }, failed);
}

void password_front::finish(const shared_job& j, const password_worker& worker) {
  checks_.erase(j->question);
  under_way_.erase(j);
  idle_.push_back(worker);
  start_next();
}

void password_front::answer(job& j, hashed_password outcome) {
  // Whoever made the room is likely to be the first to enter it.
  if (outcome.hash) right_.add(key_.of(*outcome.hash, j.password->text()));
  j.creator->deliver(std::move(outcome));
}

void password_front::answer(job& j, password_verified outcome) {
  if (outcome.verdict == password_verdict::right) right_.add(j.question);
  for (auto& asker : j.askers) asker.deliver(outcome);
}

void password_front::answer_busy(job& j) {
  if (j.creator) return answer(j, hashed_password{std::nullopt});
  answer(j, password_verified{password_verdict::busy});
}

void password_front::end(caf::error reason) {
  for (const auto& j : under_way_) answer_busy(*j);
  for (const auto& j : waiting_) answer_busy(*j);
  under_way_.clear();
  waiting_.clear();
  checks_.clear();
  self_->quit(std::move(reason));
}

password_actor::behavior_type run_password_front(password_front::pointer self,
                                                 const auth_settings& config) {
  self->state.self = std::make_shared<password_front>(self, config);
  auto* me = self->state.self.get();
  self->set_exit_handler([me](caf::exit_msg& e) { me->end(std::move(e.reason)); });
  return {
      [me](hash_password& h) { return me->on(h); },
      [me](verify_password& v) { return me->on(v); },
  };
}

} // namespace
} // namespace secrets

password_actor open_passwords(caf::actor_system& system, const auth_settings& config) {
  return system.spawn(secrets::run_password_front, config);
}

} // namespace atrium
