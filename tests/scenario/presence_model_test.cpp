// Random lives of a room and of a space: twelve users with up to three connections each come, get lost,
// come back, leave, rename themselves, show a status and move. After every step each client must know
// exactly who is in, by what it was sent alone, and so must `presence:list`; a plain model says who is.
#include "support/entering.hpp"
#include "support/held_roster.hpp"
#include "support/room_model.hpp"

#include <array>
#include <deque>
#include <list>
#include <random>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t user_count = 12;
constexpr std::size_t most_connections = 3;
constexpr int steps_per_life = 500;
constexpr std::uint32_t lives = 5;

struct setting {
  bool is_space;
  std::size_t full_limit;
};

model_rules rules_of(const setting& s) {
  model_rules r;
  if (!s.is_space) return r;
  r.grace_ms = 20'000;
  r.sweep_ms = 7'000;
  // Fewer cells than users: now and then none is free.
  r.size = 3;
  r.spawn = {1, 1};
  return r;
}

settings config_of(const setting& s) {
  settings out;
  out.presence.full_limit = s.full_limit;
  out.spaces.grace = std::chrono::milliseconds{rules_of(s).grace_ms};
  out.spaces.sweep = 7s;
  out.limits.events_per_second = 0;
  return out;
}

struct held_connection {
  std::unique_ptr<client> socket;
  held_roster roster;
  bool is_in = false;
};

class life {
public:
  life(const setting& s, std::uint32_t seed)
      : setting_{s}, seed_{seed}, random_{seed}, house_{config_of(s)}, model_{rules_of(s)} {
    create_room wish;
    wish.max_participants = rules_of(s).max_participants;
    wish.kind = s.is_space ? "space" : "room";
    if (s.is_space) {
      wish.width = wish.height = rules_of(s).size;
      wish.spawn = rules_of(s).spawn;
    }
    room_ = house_.create_room_named("life", wish);
    // One is always in, so that the room stays in memory.
    enter(open("anchor"), "anchor", vocabulary::base);
  }

  void run() {
    settle();
    for (step_ = 0; step_ < steps_per_life; ++step_) {
      auto count = random_() % 3 == 0 ? random_() % 8 + 1 : 1;
      for (auto i = count; i > 0; --i) act();
      settle();
      compare();
    }
  }

private:
  [[nodiscard]] std::size_t below(std::size_t n) { return random_() % n; }
  template <class... Parts>
  void note(const Parts&... parts) {
    std::string all;
    ((all += parts, all += ' '), ...);
    log_.push_back(std::move(all));
    if (log_.size() > 40) log_.pop_front();
  }

  held_connection& open(const std::string& user) {
    connections_.push_back({std::make_unique<client>(house_, user), held_roster{user}, false});
    return connections_.back();
  }
  void enter(held_connection& c, const std::string& username, vocabulary words) {
    join_room j;
    j.words = words;
    note("join", c.socket->user, std::to_string(c.socket->session), username,
         words == vocabulary::space ? "space" : "base");
    caf::anon_send(c.socket->connection,
                   client_command{++request_, room_, {c.socket->user, username}, j});
    house_.run();
    bool is_taken_in = model_.join(c.socket->session, c.socket->user, username, house_.now());
    c.is_in = is_taken_in;
    if (!is_taken_in) note("(full)");
  }
  /// Any connection that is in the room, but for the anchor.
  held_connection* any() {
    std::vector<held_connection*> in;
    for (auto& c : connections_)
      if (c.is_in && c.socket->user != "anchor") in.push_back(&c);
    if (in.empty()) return nullptr;
    // Often one that came just now: what others were told of it may still be on the way.
    return below(3) == 0 ? in.back() : in[below(in.size())];
  }
  [[nodiscard]] vocabulary any_words() {
    return setting_.is_space && below(2) == 0 ? vocabulary::space : vocabulary::base;
  }

  void act() {
    auto what = below(100);
    if (what < 30) return come();
    if (what < 33) return pass();
    auto* c = any();
    if (c == nullptr) return;
    if (what < 48) return lose(*c);
    if (what < 56) return leave(*c);
    if (what < 64) return enter(*c, name_of(c->socket->user), any_words());
    if (what < 78) return show(*c);
    if (what < 82) return fall_behind(*c);
    if (setting_.is_space) return move(*c);
    return lose(*c);
  }
  std::string name_of(const std::string& user) {
    return below(3) == 0 ? user + "-" + std::to_string(below(3)) : user;
  }
  void come() {
    auto user = "u" + std::to_string(below(user_count));
    auto mine = std::count_if(connections_.begin(), connections_.end(),
                              [&](const auto& c) { return c.socket->user == user; });
    if (static_cast<std::size_t>(mine) >= most_connections) return;
    enter(open(user), name_of(user), any_words());
  }
  void pass() {
    auto time = std::chrono::milliseconds{below(40'000)};
    note("pass", std::to_string(time.count()));
    house_.advance(time);
    model_.expire(house_.now());
  }
  void lose(held_connection& c) {
    note("lose", std::to_string(c.socket->session));
    c.socket->vanish();
    model_.drop(c.socket->session, c.socket->user, house_.now());
    remove(c);
  }
  void leave(held_connection& c) {
    note("leave", std::to_string(c.socket->session));
    c.socket->push(room_, leave_room{});
    model_.leave(c.socket->session, c.socket->user);
    remove(c);
  }
  void remove(held_connection& c) {
    auto session = c.socket->session;
    std::erase_if(connections_, [&](const auto& each) { return &each == &c; });
    house_.port.sessions.erase(session);
  }
  void show(held_connection& c) {
    static const std::array<std::string, 3> all{"online", "busy", "away"};
    set_status s;
    s.status = all[below(3)];
    s.text = below(2) == 0 ? "" : "text" + std::to_string(below(2));
    note("show", c.socket->user, s.status, s.text);
    model_.set_status(c.socket->user, s.status, s.text);
    c.socket->push(room_, s);
  }
  void move(held_connection& c) {
    auto coordinate = [this] { return static_cast<double>(below(40)) / 10 - 0.5; };
    room_point to{coordinate(), coordinate()};
    note("move", c.socket->user, std::to_string(to.x), std::to_string(to.y));
    c.socket->push(room_, move_to{to.x, to.y});
    // What the connection holds back it passes on before anything else happens.
    house_.scheduler->advance_time(20ms);
    house_.run();
    model_.expire(house_.now());
    model_.move(c.socket->user, to);
  }
  void fall_behind(held_connection& c) {
    note("fall behind", std::to_string(c.socket->session));
    room_key key = 0;
    for (const auto& [room, who] : house_.port.subscribers)
      if (who.contains(c.socket->session)) key = room;
    caf::anon_send(c.socket->connection, lane_drained{key, no_seq});
    house_.run();
  }

  /// What is batched is told, also of those whose grace time is over meanwhile.
  void settle() {
    do {
      if (setting_.is_space)
        house_.advance(1'300ms);
      else if (setting_.full_limit < user_count)
        house_.advance(110ms);
      else
        house_.advance(below(2) == 0 ? 0ms : 1ms);
    } while (model_.expire(house_.now()));
  }
  void compare() {
    const auto truth = model_.participants();
    for (auto& c : connections_) {
      auto& items = house_.port.sessions[c.socket->session].items;
      for (const auto& item : items)
        std::visit(
            [&](const auto& what) {
              if constexpr (requires { c.roster.take(what); })
                c.roster.take(what);
              else if constexpr (requires { what.second; })
                c.roster.take(what.second);
            },
            item);
      items.clear();
      if (!c.is_in) continue;
      auto wrong = c.roster.difference(truth, model_.count());
      if (!wrong.empty()) fail("connection " + std::to_string(c.socket->session) + ": " + wrong);
    }
    compare_list(truth);
    std::erase_if(connections_, [](const auto& c) { return !c.is_in; });
  }
  void compare_list(const std::vector<participant>& truth) {
    auto page = std::get<presence_page>(house_.ask(room_, list_presence{}));
    house_.port.sessions.erase(house_.last_session);
    auto text = [](const std::vector<participant>& all) {
      std::string out;
      for (const auto& p : all)
        out += p.user.value + " " + held_roster::shown(p, vocabulary::base) + "\n";
      return out;
    };
    if (page.count != model_.count() || text(page.participants) != text(truth))
      fail("presence:list\n" + text(page.participants) + "instead of\n" + text(truth));
  }
  [[noreturn]] void fail(const std::string& why) {
    std::string last;
    for (const auto& l : log_) last += "\n  " + l;
    FAIL("seed " << seed_ << ", step " << step_ << ": " << why << "\nafter:" << last);
    std::abort();
  }

  setting setting_;
  std::uint32_t seed_;
  std::mt19937 random_;
  house_scenario house_;
  room_model model_;
  std::string room_;
  std::list<held_connection> connections_;
  std::deque<std::string> log_;
  std::uint32_t request_ = 1'000'000;
  int step_ = 0;
};

void live(const setting& s, std::uint32_t first_seed) {
  for (std::uint32_t n = 0; n < lives; ++n) {
    life one{s, first_seed + n};
    one.run();
  }
}

} // namespace

TEST_CASE("presence model: a room whose changes are told whole", "[presence_model]") {
  live({false, 50}, 100);
}

TEST_CASE("presence model: a room whose changes are told as deltas", "[presence_model]") {
  live({false, 5}, 200);
}

TEST_CASE("presence model: a space whose changes are told whole", "[presence_model]") {
  live({true, 50}, 300);
}

TEST_CASE("presence model: a space whose changes are told as deltas", "[presence_model]") {
  live({true, 5}, 400);
}
