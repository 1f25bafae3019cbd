// What was acknowledged with `persisted: true` survives kill -9, of the server and of Redis, under load,
// time and again: there, in order, none twice.
#include "support/http_client.hpp"
#include "support/kept_house.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>

using namespace atrium::test;
using namespace std::chrono_literals;
using json = nlohmann::json;

namespace {

constexpr int round_count = is_instrumented ? 5 : 20;
constexpr std::size_t writer_count = 4;
constexpr int burst_count = 25;

/// What all writers together were promised, and what they sent.
struct promises {
  /// clientMessageId -> the message of the acknowledgement.
  std::map<std::string, json> persisted;
  std::set<std::string> sent;
  std::set<std::string> epochs;
};

/// One writer that sends durable messages without waiting for the answers.
class writer {
public:
  writer(std::uint16_t port, std::string room, std::string name)
      : client_{port}, room_{std::move(room)}, name_{std::move(name)},
        joined_(client_.join(room_, name_)) {}

  [[nodiscard]] const json& joined() const { return joined_; }

  void burst(int round, promises& all) {
    for (int i = 0; i < burst_count; ++i) {
      auto id = name_ + "-" + std::to_string(round) + "-" + std::to_string(next_++);
      all.sent.insert(id);
      client_.send({{"type", "chat:message"},
                    {"roomId", room_},
                    {"message", "text of " + id},
                    {"clientMessageId", id},
                    {"durable", true},
                    {"ref", id}});
      ++open_;
    }
  }

  /// Reads until this many acknowledgements came.
  void await_acks(int count, promises& all) {
    while (count-- > 0) note(client_.expect("ack"), all);
  }

  /// Reads what is there until the server is gone.
  void await_end(promises& all) {
    client_.expect_close();
    for (const auto& event : client_.take_all())
      if (event["type"] == "ack") note(event, all);
  }

  /// Reads until everything that was sent has its answer.
  void await_answers(promises& all) {
    while (open_ > 0) note(client_.expect("ack"), all);
    client_.take_all();
  }

private:
  void note(const json& ack, promises& all) {
    --open_;
    if (ack.value("persisted", false))
      all.persisted[ack["ref"]] = ack["message"];
    else
      CHECK(ack["code"] == "not_persisted");
  }

  ws_client client_;
  std::string room_;
  std::string name_;
  json joined_;
  int next_ = 0;
  int open_ = 0;
};

std::vector<writer> let_in(kept_house& house, const std::string& room) {
  std::vector<writer> out;
  for (std::size_t i = 0; i < writer_count; ++i)
    out.emplace_back(house.port(), room, "writer" + std::to_string(i));
  return out;
}

template <class Value>
bool rises(const std::vector<Value>& values) {
  return std::adjacent_find(values.begin(), values.end(), std::greater_equal<>{}) == values.end();
}

/// `stored` is in order, none is there twice, and all promised ones from its first on are there, whole.
void check_kept(const promises& all, const std::vector<json>& stored) {
  CHECK(rises(each<std::int64_t>(stored, "seq")));
  CHECK(rises(each<std::string>(stored, "id")));
  std::int64_t first = stored.empty() ? 0 : stored.front().at("seq").get<std::int64_t>();
  std::map<std::string, const json*> found;
  std::size_t doubled = 0;
  std::size_t unknown = 0;
  for (const auto& m : stored) {
    std::string id = m.at("clientMessageId");
    doubled += found.emplace(id, &m).second ? 0 : 1;
    unknown += all.sent.count(id) > 0 ? 0 : 1;
  }
  CHECK(doubled == 0);
  CHECK(unknown == 0);
  std::size_t lost = 0;
  for (const auto& [id, message] : all.persisted) {
    auto at = found.find(id);
    if (message.at("seq") < first) continue;
    lost += at == found.end() || *at->second != message ? 1 : 0;
  }
  CHECK(lost == 0);
}

void check_everywhere(kept_house& house, const std::string& room, const promises& all) {
  auto over_rest = house.messages(room);
  check_kept(all, over_rest);
  check_kept(all, house.archived_messages(room));
  auto hot = house.hot_messages(room);
  check_kept(all, hot);
  CHECK(hot.size() == std::min<std::size_t>(100, over_rest.size()));
  // Nothing that was promised is older than what a list holds from its first on.
  if (!all.persisted.empty()) CHECK(over_rest.front().at("seq") == 1);
}

} // namespace

TEST_CASE("kill -9 of the server under load loses nothing persisted", "[durability]") {
  std::mt19937 chance{20'240'601};
  kept_house house;
  auto room = create_room(house.port());
  promises all;
  for (int round = 0; round < round_count; ++round) {
    CAPTURE(round);
    auto highest = house.redis.command(
        {"ZRANGE", "room_messages:" + room, "-1", "-1", "WITHSCORES"});
    auto writers = let_in(house, room);
    CHECK(all.epochs.insert(writers.front().joined()["epoch"]).second);
    if (highest.size() == 2)
      CHECK(writers.front().joined()["seq"].get<std::int64_t>() >= std::stoll(highest[1]));
    for (auto& w : writers) w.burst(round, all);
    auto some = std::uniform_int_distribution{0, burst_count - 1}(chance);
    writers[chance() % writer_count].await_acks(some, all);
    for (auto& w : writers) w.burst(round, all);
    house.server.kill();
    for (auto& w : writers) w.await_end(all);
    house.server.start();
    check_everywhere(house, room, all);
  }
  CHECK(all.persisted.size() > static_cast<std::size_t>(round_count));
}

TEST_CASE("kill -9 of Redis under load loses nothing persisted and doubles nothing",
          "[durability]") {
  std::mt19937 chance{20'240'602};
  kept_house house{{{"ATRIUM_ROOMS_DURABLE_TIMEOUT_MS", "5000"}}, always_on_disk()};
  auto room = create_room(house.port());
  promises all;
  auto writers = let_in(house, room);
  for (int round = 0; round < round_count; ++round) {
    CAPTURE(round);
    for (auto& w : writers) w.burst(round, all);
    auto some = std::uniform_int_distribution{0, burst_count - 1}(chance);
    writers[chance() % writer_count].await_acks(some, all);
    for (auto& w : writers) w.burst(round, all);
    house.redis.kill();
    for (auto& w : writers) w.burst(round, all);
    house.redis.start();
    for (auto& w : writers) w.await_answers(all);
    REQUIRE(house.becomes_healthy());
    check_everywhere(house, room, all);
  }
  // The room outlived every outage, so nothing at all was lost.
  CHECK(house.messages(room).size() == all.sent.size());
  CHECK(is_gapless(each<std::int64_t>(house.messages(room), "seq")));
  CHECK(all.persisted.size() == all.sent.size());
  // And once more from the disk of Redis, by a server that was not there.
  house.server.kill();
  house.server.start();
  check_everywhere(house, room, all);
}
