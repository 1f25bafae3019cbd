// Members under random coming and going, with mail handled in between or not: nothing that was said
// to a member is lost, no session is told anything twice, and who only registers hears all in
// order.
#include "support/messenger.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace atrium;
using namespace atrium::test;

namespace {

/// One member with two devices, which come, go, register and join as they like.
class shuffled_member {
public:
  shuffled_member(house_scenario& house, std::string user, std::string room, bool may_join)
      : house_{house}, user_{std::move(user)}, room_{std::move(room)}, may_join_{may_join} {
    for (auto& d : devices_) d = std::make_unique<client>(house_, user_);
  }

  void act(std::minstd_rand& dice) {
    auto& device = devices_[dice() % 2];
    switch (may_join_ ? dice() % 8 : dice() % 4 + 4) {
    case 0:
    case 7: return register_soon(*device);
    case 1: return (void)device->push_only(room_, join_room{});
    case 2: {
      join_room command;
      command.words = vocabulary::messenger;
      return (void)device->push_only(room_, command);
    }
    case 3: return (void)device->push_only(room_, leave_room{});
    case 4:
    case 5: return device->write_out();
    case 6:
      // What was on the way to a socket that breaks is lost with it: let it arrive first.
      house_.run();
      device->vanish();
      look_at(*device);
      device = std::make_unique<client>(house_, user_);
      return;
    default: return;
    }
  }

  void look_at_devices() {
    for (auto& d : devices_) look_at(*d);
  }
  [[nodiscard]] bool knows(const std::string& text) const {
    if (heard_.contains(text)) return true;
    const auto& queue = house_.queues.of[user_];
    return std::any_of(queue.begin(), queue.end(),
                       [&](const auto& m) { return text_of(m.json) == text; });
  }

private:
  void register_soon(client& device) {
    caf::anon_send(device.connection,
                   client_user_command{++request_, {user_, user_}, register_me{}});
  }

  void look_at(client& device) {
    std::set<std::string> told;
    int last = -1;
    auto tell = [&](const shared_text& m) {
      INFO(user_ << " is told " << text_of(m));
      REQUIRE(told.insert(text_of(m)).second);
      heard_.insert(text_of(m));
      auto n = std::stoi(text_of(m).substr(1));
      // Who also joins hears the room before it asks for what was queued earlier.
      if (!may_join_) REQUIRE(n > std::exchange(last, n));
    };
    for (auto& item : house_.port.sessions[device.session].items) {
      auto* e = std::get_if<event>(&item);
      if (e == nullptr) continue;
      if (auto* live = std::get_if<chat_posted>(e)) tell(live->message);
      if (auto* offline = std::get_if<offline_messages_sent>(e))
        for (const auto& m : offline->messages) tell(m);
      if (auto* history = std::get_if<chat_history_sent>(e))
        for (const auto& m : history->messages) heard_.insert(text_of(m));
    }
  }

  house_scenario& house_;
  std::string user_;
  std::string room_;
  bool may_join_;
  std::array<std::unique_ptr<client>, 2> devices_;
  std::set<std::string> heard_;
  std::uint32_t request_ = 1'000;
};

} // namespace

TEST_CASE("whatever members do, nothing is lost and no session is told anything twice") {
  auto may_join = GENERATE(false, true);
  for (unsigned seed = 1; seed <= 150; ++seed) {
    INFO("seed " << seed);
    std::minstd_rand dice{seed};
    settings s;
    s.limits.events_per_second = 0;
    s.server.user_shards = 2;
    house_scenario house{s};
    auto room = house.create_room_named("Shuffle");
    set_members members;
    members.users = {{"bob"}, {"cyd"}};
    house.ask(room, members);
    client ann{house, "ann"};
    ann.join(room);
    shuffled_member bob{house, "bob", room, may_join};
    shuffled_member cyd{house, "cyd", room, may_join};
    int said = 0;
    for (int step = 0; step < 120; ++step) {
      post_message m;
      m.text = "m" + std::to_string(said);
      if (dice() % 3 == 0 && said < 45) {
        ann.push_only(room, m);
        ++said;
      } else {
        (dice() % 2 == 0 ? bob : cyd).act(dice);
      }
      for (auto n = dice() % 6; n > 0; --n) house.scheduler->try_run_once();
    }
    house.run();
    bob.look_at_devices();
    cyd.look_at_devices();
    for (int i = 0; i < said; ++i) {
      INFO("m" << i);
      REQUIRE(bob.knows("m" + std::to_string(i)));
      REQUIRE(cyd.knows("m" + std::to_string(i)));
    }
  }
}
