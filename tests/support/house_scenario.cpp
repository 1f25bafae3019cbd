#include "support/house_scenario.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

namespace atrium::test {

namespace {

template <class... F>
struct overloaded : F... {
  using F::operator()...;
};
template <class... F>
overloaded(F...) -> overloaded<F...>;

constexpr unix_ms scenario_start = 1'700'000'000'000;

} // namespace

void recording_port::deliver(session_id to, const frame& bytes) {
  // Its words have none for this.
  if (!bytes) return;
  constexpr std::string_view relay = "relay";
  if (bytes->starts_with(relay))
    sessions[to].items.emplace_back(relayed.at(std::stoul(bytes->substr(relay.size()))));
  else
    sessions[to].items.emplace_back(encoded.at(std::stoul(*bytes)));
}

void recording_port::deliver(const op::moves& m) {
  ++move_posts;
  for (const auto& moved : m.batch->movers) {
    for (auto who : moved.sessions) views[{m.room, who}] = moved.place;
    for (const auto& [session, board] : subscribers[m.room]) {
      const auto& mine = moved.sessions;
      if (std::find(mine.begin(), mine.end(), session) != mine.end()) continue;
      auto place = views[{m.room, session}];
      bool is_near = std::hypot(place.x - moved.place.x, place.y - moved.place.y)
                     <= m.batch->radius;
      if (m.batch->radius == 0 || moved.for_all || is_near)
        deliver(session, moved.bytes[static_cast<std::size_t>(wires[{m.room, session}])]);
    }
  }
}

void recording_port::post(outbound&& what) noexcept {
  auto publish = [this](op::publish& p) {
    ++publishes;
    for (auto& [session, board] : subscribers[p.room])
      if (session != p.except && (p.who == audience::all || p.who == board))
        deliver(session, p.bytes[static_cast<std::size_t>(wires[{p.room, session}])]);
  };
  std::visit(overloaded{
                 [this](op::result& r) {
                   sessions[r.to].items.emplace_back(std::pair{r.request, std::move(r.outcome)});
                 },
                 [this](op::event& e) {
                   deliver(e.to, e.bytes);
                   sessions[e.to].sent_alone.push_back(std::move(e));
                 },
                 [this](op::subscribe& s) {
                   subscribers[s.room][s.who] = s.board;
                   wires[{s.room, s.who}] = s.spelling;
                 },
                 [this](op::unsubscribe& u) { subscribers[u.room].erase(u.who); },
                 [this](op::resume&) { ++resumes; },
                 publish,
                 [this](op::moves& m) { deliver(m); },
                 [this](op::view& v) {
                   views[{v.room, v.who}] = v.place;
                 },
                 [this](op::forget& f) { subscribers.erase(f.room); },
                 [](op::stamp&) {},
                 [this](op::close& c) {
                   sessions[c.who].close_code = c.code;
                   sessions[c.who].close_reason = c.reason;
                 },
             },
             what);
}

frame recording_port::encode(const event& e, wire w, const position&) const {
  encoded.push_back(e);
  spelled.push_back(w);
  return std::make_shared<const std::string>(std::to_string(encoded.size() - 1));
}

frame recording_port::encode(const relay_event& e, wire w) const {
  if (is_native(w)) return nullptr;
  relayed.push_back(e);
  return std::make_shared<const std::string>("relay" + std::to_string(relayed.size() - 1));
}

house_scenario::house_scenario(settings s)
    : config{std::move(s)}, env{config, port, counts, failures, {}} {
  system_config.set("scheduler.policy", caf::atom("testing"));
  system = std::make_unique<caf::actor_system>(system_config);
  scheduler = &dynamic_cast<caf::scheduler::test_coordinator&>(system->scheduler());
  env.now = [this] { return now(); };
  writer_ = system->spawn(play_writer, &store);
  reader_ = system->spawn(play_reader, &store);
  queue_ = system->spawn(played_queue, &queues);
  records_ = system->spawn(play_records, &records);
  shards = spawn_user_shards(*system, env, {queue_}, {records_});
  password_checker_ = system->spawn(play_passwords, &passwords);
  searcher = system->spawn(searcher_behavior, searcher_args{env, {reader_}});
  desk = system->spawn(desk_behavior, desk_args{env, {{writer_}, {reader_}, {queue_}, {records_}}});
  directory = system->spawn(directory_behavior,
                            directory_args{env,
                                           {{writer_}, {reader_}, {queue_}, {records_}},
                                           password_checker_,
                                           searcher,
                                           shards,
                                           desk});
  introduce(*shards, directory);
  relays = system->spawn(relay_directory_behavior, &env);
  door = std::make_unique<house>(
      house{*system, directory, counts, config, env, shards, nullptr, desk, {}, relays});
  run();
  own_actors_ = system->registry().running();
}

house_scenario::~house_scenario() {
  // CAF waits for every actor: none may be left, whatever state the test left it in.
  store.mood = store_mood::confirming;
  caf::anon_send(directory, drain_rooms{});
  run();
  for (const auto& addr : store.writing_rooms)
    if (auto room = caf::actor_cast<caf::actor>(addr))
      caf::anon_send_exit(room, caf::exit_reason::kill);
  caf::anon_send_exit(directory, caf::exit_reason::kill);
  caf::anon_send_exit(searcher, caf::exit_reason::kill);
  caf::anon_send_exit(desk, caf::exit_reason::kill);
  desk = nullptr;
  caf::anon_send_exit(relays, caf::exit_reason::kill);
  relays = nullptr;
  caf::anon_send_exit(writer_, caf::exit_reason::kill);
  caf::anon_send_exit(reader_, caf::exit_reason::kill);
  for (const auto& shard : shards->all()) caf::anon_send_exit(shard, caf::exit_reason::kill);
  caf::anon_send_exit(queue_, caf::exit_reason::kill);
  directory = nullptr;
  shards = nullptr;
  queues.held_reads.clear();
  queue_ = nullptr;
  caf::anon_send_exit(records_, caf::exit_reason::kill);
  records_ = nullptr;
  caf::anon_send_exit(password_checker_, caf::exit_reason::kill);
  searcher = nullptr;
  writer_ = nullptr;
  reader_ = nullptr;
  password_checker_ = nullptr;
  door.reset();
  run();
}

void house_scenario::run() {
  scheduler->run();
}

void house_scenario::advance(std::chrono::milliseconds time) {
  run();
  while (time.count() > 0) {
    auto step = std::min(time, std::chrono::milliseconds{100});
    scheduler->advance_time(step);
    run();
    time -= step;
  }
}

unix_ms house_scenario::now() const {
  auto since = scheduler->clock().now().time_since_epoch();
  return scenario_start + std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

std::string house_scenario::create_room_named(const std::string& name, create_room wish) {
  auto outcome = try_to_create(name, std::move(wish));
  REQUIRE(std::holds_alternative<room_created>(outcome));
  return std::get<room_created>(outcome).room.id.value;
}

command_result house_scenario::try_to_create(const std::string& name, create_room wish) {
  wish.name = name;
  if (wish.created_by.empty()) wish.created_by = "creator";
  auto session = ++last_session;
  caller from;
  from.out = {&port, session, wire::native};
  from.request = 1;
  caf::anon_send(directory, create_request{from, wish});
  run();
  auto& items = port.sessions[session].items;
  REQUIRE(items.size() == 1);
  return std::get<1>(items.front()).second;
}

command_result house_scenario::ask(const std::string& name, room_command c) {
  return ask_as({}, name, std::move(c));
}

command_result house_scenario::ask_with(const std::string& password, const std::string& name,
                                        room_command c) {
  caller from;
  from.password = std::make_shared<const std::string>(password);
  return ask_as(std::move(from), name, std::move(c));
}

command_result house_scenario::ask_as_operator(const std::string& name, room_command c) {
  caller from;
  from.is_operator = true;
  return ask_as(std::move(from), name, std::move(c));
}

command_result house_scenario::ask_as(caller from, const std::string& name, room_command c) {
  auto session = ++last_session;
  from.out = {&port, session, wire::native};
  from.request = 1;
  from.room_name = name;
  caf::anon_send(directory, routed_request{from, std::move(c)});
  run();
  auto& items = port.sessions[session].items;
  REQUIRE(items.size() == 1);
  return std::get<1>(items.front()).second;
}

void house_scenario::confirm_writes() {
  for (const auto& w : store.writes) confirm(w);
  run();
}

void house_scenario::lose_writes(bool transient) {
  for (const auto& w : store.writes) lose(w, transient);
  run();
}

void house_scenario::return_store() {
  store.mood = store_mood::confirming;
  std::set<caf::actor_addr> rooms;
  for (const auto& w : store.writes) rooms.insert(w.from);
  for (const auto& addr : rooms)
    if (auto room = caf::actor_cast<store_client>(addr)) caf::anon_send(room, store_returned{});
  run();
}

void house_scenario::answer_reads(bool as_before) {
  queues.holds_reads = false;
  queues.answers_as_empty = as_before;
  // Only an actor that runs can answer.
  caf::anon_send(queue_, drop_queued{});
  scheduler->run_once();
  queues.answers_as_empty = false;
  run();
}

std::size_t house_scenario::actor_count() {
  return system->registry().running() - own_actors_;
}

client::client(house_scenario& house, std::string who, std::string username, std::string address)
    : session{++house.last_session}, user{std::move(who)}, house_{house},
      username_{username.empty() ? user : std::move(username)} {
  connection = open_connection(*house.door, {&house.port, session, wire::native}, {},
                               std::move(address));
}

client::~client() {
  if (connection) caf::anon_send(connection, client_gone{});
}

std::uint32_t client::push_only(const std::string& room, room_command c) {
  identity_claim who;
  if (std::holds_alternative<join_room>(c)) who = {user, username_};
  caf::anon_send(connection, client_command{++last_request_, room, who, std::move(c)});
  return last_request_;
}

std::uint32_t client::push(const std::string& room, room_command c) {
  auto request = push_only(room, std::move(c));
  house_.run();
  return request;
}

joined_result client::join(const std::string& room, bool patch_board) {
  join_room command;
  command.patch_board = patch_board;
  auto request = push(room, command);
  std::optional<joined_result> out;
  for (auto& item : inbox())
    if (auto* r = std::get_if<1>(&item); r && r->first == request)
      if (auto* joined = std::get_if<joined_result>(&r->second)) out = *joined;
  if (!out) fail("the join was refused");
  inbox().clear();
  return *out;
}

std::uint32_t client::say(const std::string& room, const std::string& text) {
  post_message m;
  m.text = text;
  return push(room, std::move(m));
}

std::uint32_t client::enroll() {
  return push_user(register_me{});
}

std::uint32_t client::push_user_only(user_command c) {
  caf::anon_send(connection, client_user_command{++last_request_, {user, username_}, std::move(c)});
  return last_request_;
}

std::uint32_t client::push_user(user_command c) {
  auto request = push_user_only(std::move(c));
  house_.run();
  return request;
}

std::uint32_t client::join_as_member(const std::string& room) {
  join_room command;
  command.words = vocabulary::messenger;
  return push(room, command);
}

std::uint32_t client::leave_as_member(const std::string& room) {
  return push(room, leave_room{vocabulary::messenger});
}

void client::write_out() {
  // What is written now may be answered by more, which is not.
  for (auto& e : house_.port.sessions[session].sent_alone)
    if (auto receipt = std::exchange(e.receipt, 0))
      caf::anon_send(connection, frame_written{receipt});
  house_.run();
}

void client::vanish() {
  caf::anon_send(connection, client_gone{});
  connection = nullptr;
  for (auto& [room, who] : house_.port.subscribers) who.erase(session);
  house_.run();
}

command_result client::expect_result(std::uint32_t request) {
  if (inbox().empty()) fail("expected a result, got nothing");
  auto* r = std::get_if<1>(&inbox().front());
  if (!r || r->first != request) fail("expected the result of another request");
  auto out = std::move(r->second);
  inbox().pop_front();
  return out;
}

void client::expect_nothing() {
  if (!inbox().empty()) fail("expected nothing more, got " + std::to_string(inbox().size()));
}

void client::fail(const std::string& why) {
  FAIL(why);
  std::abort();
}

board_change elements(const std::string& json_array) {
  json::slice slice;
  REQUIRE_FALSE(json::check(json_array, 64, slice));
  auto read = read_elements(slice);
  REQUIRE(std::holds_alternative<board_change>(read));
  return std::get<board_change>(read);
}

} // namespace atrium::test
