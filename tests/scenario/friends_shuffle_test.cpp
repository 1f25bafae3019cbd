// Friends under random coming, going and listing, with mail handled in between or not: what a session
// was shown and told since fits what is, whatever the order.
#include "support/people.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <map>
#include <random>

using namespace atrium;
using namespace atrium::test;

namespace {

constexpr std::size_t user_count = 8;

std::string name_of(std::size_t i) {
  return "u" + std::to_string(i);
}

/// One user with up to two devices.
struct shuffled_user {
  std::array<std::unique_ptr<client>, 2> devices;
  std::vector<std::string> friends;

  [[nodiscard]] bool is_online() const { return devices[0] || devices[1]; }
};

/// What a session knows: by what it was shown last, and told since.
using known_friends = std::map<std::string, bool>;

std::optional<known_friends> knowledge(house_scenario& house, const client& who) {
  std::optional<known_friends> out;
  for (auto& item : house.port.sessions[who.session].items) {
    auto* e = std::get_if<event>(&item);
    if (e == nullptr) continue;
    if (auto* status = std::get_if<friends_status>(e)) {
      out.emplace();
      for (const auto& f : status->friends) (*out)[f.who.user.value] = f.is_online;
    }
    if (!out) continue;
    // Nobody is told what it knows. Of a new friend it may hear before it is shown the new list.
    if (auto* came = std::get_if<friend_online>(e); came && out->contains(came->who.user.value))
      REQUIRE_FALSE(std::exchange((*out)[came->who.user.value], true));
    if (auto* went = std::get_if<friend_offline>(e); went && out->contains(went->user.value))
      REQUIRE(std::exchange((*out)[went->user.value], false));
  }
  return out;
}

class shuffled_house {
public:
  explicit shuffled_house(const settings& s) : house{s} {}

  void act(std::minstd_rand& dice) {
    auto& user = users[dice() % user_count];
    auto name = name_of(static_cast<std::size_t>(&user - users.data()));
    auto& device = user.devices[dice() % 2];
    if (!device) {
      device = std::make_unique<client>(house, name);
      device->push_user_only(dice() % 2 == 0 ? user_command{register_me{}} : get_online_status{});
      return;
    }
    switch (dice() % 4) {
    case 0:
      caf::anon_send(device->connection, client_gone{});
      device->connection = nullptr;
      for (auto& [room, who] : house.port.subscribers) who.erase(device->session);
      device.reset();
      return;
    case 1:
      // Nobody knows which of two devices' lists came last: one after the other.
      house.run();
      user.friends.clear();
      for (auto n = dice() % 4; n > 0; --n) user.friends.push_back(name_of(dice() % user_count));
      device->push_user_only(listing(user.friends));
      house.run();
      // Nobody is told of another list; whoever wants to know asks.
      for (auto& each : user.devices)
        if (each) each->push_user_only(get_online_status{});
      return;
    default: device->push_user_only(get_online_status{}); return;
    }
  }

  void check() {
    house.run();
    std::size_t online = 0;
    for (std::size_t i = 0; i < user_count; ++i) {
      online += users[i].is_online() ? 1 : 0;
      known_friends is;
      for (const auto& f : users[i].friends)
        is[f] = users[static_cast<std::size_t>(f[1] - '0')].is_online();
      for (const auto& device : users[i].devices) {
        if (!device) continue;
        INFO(name_of(i));
        auto knows = knowledge(house, *device);
        if (knows) REQUIRE(*knows == is);
      }
    }
    REQUIRE(house.shards->online() == online);
    REQUIRE(house.records.online.size() == online);
  }

  house_scenario house;
  std::array<shuffled_user, user_count> users;
};

} // namespace

TEST_CASE("whatever users do, each session knows which friends are online") {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    INFO("seed " << seed);
    std::minstd_rand dice{seed};
    settings s;
    s.limits.events_per_second = 0;
    s.server.user_shards = 4;
    shuffled_house all{s};
    bool is_slow = seed % 2 == 0;
    for (int step = 0; step < 80; ++step) {
      all.act(dice);
      if (is_slow)
        for (auto n = dice() % 6; n > 0; --n) all.house.scheduler->try_run_once();
      else
        all.check();
    }
    all.check();
  }
}
