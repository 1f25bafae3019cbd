// What each setting is called, its bounds, its sentence and its member. Values only; nothing here
// waits or fails. A new setting is a member in config/settings.hpp, a row here and a line in
// config/atrium.toml; tests/unit/config_test.cpp compares the three.
#include "config/table.hpp"

#include <algorithm>
#include <array>

namespace atrium::config {
namespace {

using sv = std::string_view;
using accessor = member (*)(settings&);

template <auto Group, auto Field>
member at(settings& s) {
  return &((s.*Group).*Field);
}

setting number(sv section, sv key, std::int64_t min, std::int64_t max, accessor of, sv sentence) {
  return {section, key, {min, max}, form::any, {}, sentence, of};
}
setting text(sv section, sv key, form shape, accessor of, sv sentence) {
  return {section, key, {}, shape, {}, sentence, of};
}
setting choice(sv section, sv key, std::vector<sv> choices, accessor of, sv sentence) {
  return {section, key, {}, form::any, std::move(choices), sentence, of};
}
setting flag(sv section, sv key, accessor of, sv sentence) {
  return {section, key, {}, form::any, {}, sentence, of};
}

template <auto Field>
constexpr accessor in_server = at<&settings::server, Field>;
template <auto Field>
constexpr accessor in_store = at<&settings::store, Field>;
template <auto Field>
constexpr accessor in_redis = at<&settings::redis, Field>;
template <auto Field>
constexpr accessor in_auth = at<&settings::auth, Field>;
template <auto Field>
constexpr accessor in_rooms = at<&settings::rooms, Field>;
template <auto Field>
constexpr accessor in_chat = at<&settings::chat, Field>;
template <auto Field>
constexpr accessor in_whiteboard = at<&settings::whiteboard, Field>;
template <auto Field>
constexpr accessor in_spaces = at<&settings::spaces, Field>;
template <auto Field>
constexpr accessor in_presence = at<&settings::presence, Field>;
template <auto Field>
constexpr accessor in_heartbeat = at<&settings::heartbeat, Field>;
template <auto Field>
constexpr accessor in_socketio = at<&settings::socketio, Field>;
template <auto Field>
constexpr accessor in_limits = at<&settings::limits, Field>;
template <auto Field>
constexpr accessor in_cors = at<&settings::cors, Field>;
template <auto Field>
constexpr accessor in_admin = at<&settings::admin, Field>;
template <auto Field>
constexpr accessor in_log = at<&settings::log, Field>;

std::vector<setting> server_rows() {
  return {
      text("server", "host", form::not_empty, in_server<&server_settings::host>,
           "The address to listen on; 0.0.0.0 for every IPv4 interface, :: for all."),
      number("server", "port", 0, 65'535, in_server<&server_settings::port>,
             "The TCP port of everything: HTTP, WebSocket. 0 takes a free one."),
      number("server", "threads", 0, 256, in_server<&server_settings::threads>,
             "Threads that serve sockets and what they say; 0: one per usable core."),
      number("server", "actor_threads", 0, 256, in_server<&server_settings::actor_threads>,
             "Threads that run other actors, timers and large commands; 0: one per usable core."),
      number("server", "user_shards", 1, 256, in_server<&server_settings::user_shards>,
             "Actors that users and what is queued for them are spread over."),
      number("server", "max_in_flight", 1, 65'536, in_server<&server_settings::max_in_flight>,
             "Commands of one connection that may be without a result before it is no longer read "
             "from."),
      number("server", "shutdown_ms", 100, 600'000, in_server<&server_settings::shutdown>,
             "How long everything between SIGTERM and the exit may take, in ms."),
      number("server", "retry_after_ms", 0, 600'000, in_server<&server_settings::retry_after>,
             "Clients are told at shutdown to come back after a random time up to this, in ms."),
      text("server", "trusted_proxies", form::network, in_server<&server_settings::trusted_proxies>,
           "Addresses or networks of proxies whose X-Forwarded-For is believed."),
      text("server", "pages", form::any, in_server<&server_settings::pages>,
           "The folder of the web app; empty: web/app beside the program, else "
           "share/atrium/app one folder up."),
      number("server", "pages_bytes", 0, 1'099'511'627'776,
             in_server<&server_settings::pages_bytes>,
             "Most bytes of that folder, which is kept in memory; beyond: no web app."),
      choice("store", "kind", {"redis", "memory"}, in_store<&store_settings::kind>,
             "Where rooms are kept; with \"memory\" nothing survives a restart."),
      text("redis", "url", form::redis_url, in_redis<&redis_settings::url>,
           "Where Redis is: redis://[user:password@]host:port/db or unix:///path?db=0."),
      number("redis", "writers", 1, 64, in_redis<&redis_settings::writers>,
             "Connections that write; a room always writes through the same one."),
      number("redis", "readers", 1, 64, in_redis<&redis_settings::readers>,
             "Connections that load rooms and answer lists."),
      text("redis", "prefix", form::any, in_redis<&redis_settings::prefix>,
           "Put before the name of every key."),
      number("redis", "connect_timeout_ms", 10, 60'000, in_redis<&redis_settings::connect_timeout>,
             "How long connecting may take, in ms."),
      number("redis", "command_timeout_ms", 10, 60'000, in_redis<&redis_settings::command_timeout>,
             "How long Redis may take to answer before the connection counts as broken, in ms."),
      number("redis", "retry_step_ms", 1, 60'000, in_redis<&redis_settings::retry_step>,
             "A writer pauses this time × attempt before it tries again, in ms."),
      number("redis", "retry_max_ms", 1, 600'000, in_redis<&redis_settings::retry_max>,
             "The longest of these pauses, in ms."),
      number("redis", "gather_ms", 0, 50, in_redis<&redis_settings::gather>,
             "A writer collects what nobody waits for this long and sends it together, in ms."),
      number(
          "redis", "max_attempts", 1, 100, in_redis<&redis_settings::max_attempts>,
          "How often a command is tried before its room counts as unsaved and is rewritten later."),
      number("redis", "queue_bytes", 65'536, 1'099'511'627'776,
             in_redis<&redis_settings::queue_bytes>,
             "Most bytes a writer or a queue holds unsent; beyond them rooms are rewritten whole "
             "later."),
      choice("auth", "mode", {"none", "jwt"}, in_auth<&auth_settings::mode>,
             "Who a client is: \"none\" believes what it says, \"jwt\" its token."),
      text("auth", "jwt_secret", form::secret, in_auth<&auth_settings::jwt_secret>,
           "Key of HS256 tokens without \"kid\"; without effect while mode is \"none\"."),
      text("auth", "jwt_keys", form::token_key, in_auth<&auth_settings::jwt_keys>,
           "More keys: \"<kid>:<HS256, RS256 or ES256>:<file>\"."),
      text("auth", "jwt_issuer", form::any, in_auth<&auth_settings::jwt_issuer>,
           "What \"iss\" of a token must be; empty: anything."),
      text("auth", "jwt_audience", form::any, in_auth<&auth_settings::jwt_audience>,
           "What \"aud\" of a token must be or hold; empty: anything."),
      number("auth", "leeway_ms", 0, 600'000, in_auth<&auth_settings::leeway>,
             "How far the clock of whoever makes tokens may be off, in ms."),
      number("auth", "max_token_bytes", 64, 60'000, in_auth<&auth_settings::max_token_bytes>,
             "Most bytes of a token."),
      number("auth", "password_threads", 1, 64, in_auth<&auth_settings::password_threads>,
             "Threads that hash and check passwords of rooms; each takes 64 MB while it works."),
      number("auth", "password_queue", 1, 100'000, in_auth<&auth_settings::password_queue>,
             "Passwords that may wait to be hashed or checked; beyond: rate_limited."),
  };
}

std::vector<setting> room_rows() {
  return {
      number("rooms", "ttl_seconds", 60, 2'592'000, in_rooms<&room_settings::ttl>,
             "How long a room lives after its last activity, in seconds, unless its creator said."),
      number("rooms", "grace_ms", 0, 3'600'000, in_rooms<&room_settings::grace>,
             "How long the place of a user whose connection was lost is kept, in ms."),
      number("rooms", "idle_ms", 100, 86'400'000, in_rooms<&room_settings::idle>,
             "A room that nobody is in and nobody asks for leaves memory after this time, in ms."),
      flag("rooms", "create_on_join", in_rooms<&room_settings::create_on_join>,
           "Whether a join of an unknown room creates it."),
      number("rooms", "reserved_codes", 0, 10'000, in_rooms<&room_settings::reserved_codes>,
             "Codes claimed beforehand, so that rooms can be created while Redis is away."),
      number("rooms", "window_count", 1, 1'000'000, in_rooms<&room_settings::window_count>,
             "The newest mutations that a room keeps in memory."),
      number("rooms", "window_bytes", 1'024, 4'294'967'296, in_rooms<&room_settings::window_bytes>,
             "Most bytes of these mutations."),
      number("rooms", "sweep_ms", 100, 3'600'000, in_rooms<&room_settings::sweep>,
             "How often a portion of the list of rooms is looked through for expired ones, in ms."),
      number("rooms", "cursor_hz", 1, 1'000, in_rooms<&room_settings::cursor_hz>,
             "A cursor is passed on at most so often a second, per user and room."),
      number("rooms", "typing_ms", 100, 600'000, in_rooms<&room_settings::typing>,
             "When \"is typing\" ends by itself, in ms."),
      number("rooms", "durable_timeout_ms", 10, 600'000, in_rooms<&room_settings::durable_timeout>,
             "How long a durable message waits for Redis before it is not_persisted, in ms."),
      number("rooms", "seq_interval_ms", 0, 3'600'000, in_rooms<&room_settings::seq_interval>,
             "A room with traffic tells where it stands (room:seq) at most this often, in ms; 0: "
             "never."),
      number("spaces", "grace_ms", 0, 3'600'000, in_spaces<&space_settings::grace>,
             "How long the place of a user whose connection was lost is kept in a space, in ms."),
      number("spaces", "sweep_ms", 100, 3'600'000, in_spaces<&space_settings::sweep>,
             "How often places in spaces that nobody came back to are given up, in ms."),
      number("spaces", "move_hz", 1, 1'000, in_spaces<&space_settings::move_hz>,
             "A user's moves are passed on at most so often a second."),
      number("spaces", "gather_ms", 1, 1'000, in_spaces<&space_settings::gather>,
             "How long moves wait for those of others, so that they go out together, in ms."),
      number("spaces", "crowd", 0, 1'000'000, in_spaces<&space_settings::crowd>,
             "In spaces with more users, moves of those beyond the radius are told less often."),
      number("spaces", "radius", 1, 10'000, in_spaces<&space_settings::radius>,
             "How far a user sees every move in a crowded space, in cells."),
      number("spaces", "far_hz", 1, 1'000, in_spaces<&space_settings::far_hz>,
             "Moves beyond that are told at most so often a second, per user."),
      number("chat", "hot_messages", 1, 10'000, in_chat<&chat_settings::hot_messages>,
             "Messages in the list room:<id>:messages."),
      number("chat", "join_history", 0, 1'000, in_chat<&chat_settings::join_history>,
             "Messages that a joiner gets."),
      number("chat", "archive_max_messages", 1, 100'000'000,
             in_chat<&chat_settings::archive_max_messages>,
             "Messages of a room that paging reaches."),
      number("chat", "archive_ttl_seconds", 60, 315'360'000, in_chat<&chat_settings::archive_ttl>,
             "How long an archived message is kept, in seconds."),
      number("chat", "edit_window_ms", 0, 2'592'000'000, in_chat<&chat_settings::edit_window>,
             "How long an author may change the text of a message, in ms."),
      flag("chat", "system_messages", in_chat<&chat_settings::system_messages>,
           "Whether joins, leaves and renames are posted as messages of type \"system\"."),
      number(
          "chat", "search_bytes", 0, 1'099'511'627'776, in_chat<&chat_settings::search_bytes>,
          "Most bytes of archived text that are kept in memory for searching, all rooms together."),
      number("chat", "search_cache_seconds", 0, 3'600, in_chat<&chat_settings::search_cache>,
             "How long what a search found is kept in Redis, in seconds; 0: not at all."),
      number(
          "whiteboard", "tombstone_ttl_seconds", 0, 31'536'000,
          in_whiteboard<&whiteboard_settings::tombstone_ttl>,
          "How long a deleted element is remembered, in seconds, so that it does not come back."),
      number(
          "whiteboard", "digest_ms", 0, 3'600'000, in_whiteboard<&whiteboard_settings::digest>,
          "A board that changes tells what it amounts to (whiteboard:digest) at most this often, "
          "in ms; 0: never."),
      number("presence", "full_limit", 0, 10'000, in_presence<&presence_settings::full_limit>,
             "Up to so many participants each change tells everybody; above, only what changed."),
      number("presence", "delta_interval_ms", 1, 60'000,
             in_presence<&presence_settings::delta_interval>,
             "How long changes are gathered above that, in ms."),
      number("presence", "page", 1, 10'000, in_presence<&presence_settings::page>,
             "Participants in the result of a join and on a page of presence:list."),
      number("heartbeat", "interval_ms", 100, 3'600'000,
             in_heartbeat<&heartbeat_settings::interval>, "How often the server pings, in ms."),
      number("heartbeat", "timeout_ms", 100, 3'600'000, in_heartbeat<&heartbeat_settings::timeout>,
             "How long the answer may take before the connection is dropped, in ms."),
      choice("socketio", "recovery", {"on_request", "always", "off"},
             in_socketio<&socketio_settings::recovery>,
             "Whose connection state can be recovered: theirs who ask by auth {recovery: true}."),
      number("socketio", "recovery_window_ms", 0, 3'600'000,
             in_socketio<&socketio_settings::recovery_window>,
             "How long after the loss of its connection a client can recover it, in ms."),
      number("socketio", "recovery_sessions", 0, 10'000'000,
             in_socketio<&socketio_settings::recovery_sessions>,
             "Lost connections that are remembered for that, all together."),
      number("socketio", "connect_timeout_ms", 0, 3'600'000,
             in_socketio<&socketio_settings::connect_timeout>,
             "A session that joins no namespace in this time is closed, in ms."),
      number("socketio", "relay_resync_ms", 0, 3'600'000,
             in_socketio<&socketio_settings::relay_resync>,
             "For one slow reader in a room of Excalidraw's protocol the others are asked for what "
             "they have at most this often, in ms."),
  };
}

std::vector<setting> limit_rows() {
  return {
      number("limits", "payload_bytes", 0, 4'294'967'296, in_limits<&limit_settings::payload_bytes>,
             "Most bytes of a message or request body; beyond: close 1009, HTTP 413."),
      number("limits", "inbound_bytes", 0, 1'099'511'627'776,
             in_limits<&limit_settings::inbound_bytes>,
             "Most bytes of half-received payloads, all together; beyond, the largest sender is "
             "closed."),
      number("limits", "header_bytes", 0, 60'000, in_limits<&limit_settings::header_bytes>,
             "Most bytes of the headers of a request, 60,000 without a limit; beyond: HTTP 431."),
      number("limits", "handshake_ms", 0, 3'600'000, in_limits<&limit_settings::handshake>,
             "How long a client may take for the headers of its first request, in ms."),
      number("limits", "keep_alive_ms", 0, 86'400'000, in_limits<&limit_settings::keep_alive>,
             "An HTTP connection that asks nothing more is closed after this time, in ms."),
      number("limits", "json_depth", 0, 10'000, in_limits<&limit_settings::json_depth>,
             "How deep JSON may be nested; beyond: invalid_json."),
      number("limits", "message_chars", 0, 10'000'000, in_limits<&limit_settings::message_chars>,
             "Most characters of a chat message."),
      number("limits", "board_elements", 0, 10'000'000, in_limits<&limit_settings::board_elements>,
             "Most elements of a whiteboard."),
      number("limits", "board_bytes", 0, 4'294'967'296, in_limits<&limit_settings::board_bytes>,
             "Most bytes of a whiteboard."),
      number("limits", "cursor_bytes", 0, 1'048'576, in_limits<&limit_settings::cursor_bytes>,
             "Most bytes of a cursor event."),
      number("limits", "rooms_per_connection", 0, 1'000'000,
             in_limits<&limit_settings::rooms_per_connection>,
             "Rooms that one connection may be in at once."),
      number("limits", "rooms_per_user", 0, 1'000'000, in_limits<&limit_settings::rooms_per_user>,
             "Rooms in memory that one user may be a member of; beyond, joinRoom is refused."),
      number("limits", "relay_rooms", 0, 10'000'000, in_limits<&limit_settings::relay_rooms>,
             "Rooms of Excalidraw's protocol, all together; beyond, join-room is refused."),
      number(
          "limits", "relay_volatile_per_second", 0, 10'000'000,
          in_limits<&limit_settings::relay_volatile_per_second>,
          "Volatile messages of one connection to such rooms in the long run; of more the newest "
          "waits, none is refused."),
      number("limits", "relay_volatile_burst", 0, 10'000'000,
             in_limits<&limit_settings::relay_volatile_burst>,
             "Volatile messages of one connection to such rooms at once after a pause."),
      number("limits", "friends_per_user", 0, 1'000'000,
             in_limits<&limit_settings::friends_per_user>,
             "Friends that one user may list; beyond, setFriends is refused."),
      number("limits", "connections", 0, 10'000'000, in_limits<&limit_settings::connections>,
             "Connections at once; beyond: HTTP 503."),
      number("limits", "connections_per_ip", 0, 10'000'000,
             in_limits<&limit_settings::connections_per_ip>,
             "Connections of one address at once; beyond: HTTP 429."),
      number("limits", "events_per_second", 0, 10'000'000,
             in_limits<&limit_settings::events_per_second>,
             "Events that a connection may send in the long run; beyond: rate_limited."),
      number("limits", "events_burst", 0, 10'000'000, in_limits<&limit_settings::events_burst>,
             "Events that it may send at once after a pause."),
      number("limits", "requests_per_second", 0, 10'000'000,
             in_limits<&limit_settings::requests_per_second>,
             "REST requests of one address in the long run; beyond: HTTP 429."),
      number("limits", "requests_burst", 0, 10'000'000, in_limits<&limit_settings::requests_burst>,
             "REST requests of one address at once after a pause."),
      number("limits", "rooms_created_per_minute", 0, 10'000'000,
             in_limits<&limit_settings::rooms_created_per_minute>,
             "Rooms that one address may create in a minute; beyond: HTTP 429."),
      number(
          "limits", "join_failures_per_minute", 0, 10'000'000,
          in_limits<&limit_settings::join_failures_per_minute>,
          "Wrong codes and passwords of one address in a minute; beyond: rate_limited, HTTP 429."),
      number("limits", "lane_bytes", 0, 1'099'511'627'776, in_limits<&limit_settings::lane_bytes>,
             "Most bytes that wait for a slow reader, beyond one snapshot; then it gets the truth "
             "anew."),
      number("limits", "lane_ms", 0, 3'600'000, in_limits<&limit_settings::lane>,
             "How long they may wait, in ms."),
      number("limits", "stalled_ms", 0, 3'600'000, in_limits<&limit_settings::stalled>,
             "A reader that takes nothing at all for so long is closed with 1013, in ms."),
      number("limits", "members_per_room", 0, 10'000'000,
             in_limits<&limit_settings::members_per_room>,
             "The most that a room may be created for."),
      text("limits", "allowed_origins", form::origin, in_limits<&limit_settings::allowed_origins>,
           "Origins that may open a WebSocket; empty: the same origin, or no Origin header."),
      text("cors", "origins", form::origin_or_all, in_cors<&cors_settings::origins>,
           "Origins whose pages may use the REST API; \"*\" is all of them."),
      text("admin", "token", form::secret, in_admin<&admin_settings::token>,
           "Bearer token of operators; empty: no operator has access."),
      choice("admin", "metrics", {"open", "token"}, in_admin<&admin_settings::metrics>,
             "Who may read /metrics: everybody, or who has the token."),
      number("admin", "tails", 0, 100'000, in_admin<&admin_settings::tails>,
             "Streams that operators may have open at a time; 0: any number."),
      number("admin", "figures_ms", 100, 3'600'000, in_admin<&admin_settings::figures>,
             "How old what operators' list says of a room may be while the room changes, in ms."),
      number("admin", "questions", 1, 10'000, in_admin<&admin_settings::questions>,
             "Lists of rooms that are looked through at the same time; beyond: rate_limited."),
      number("admin", "tails_per_room", 1, 10'000, in_admin<&admin_settings::tails_per_room>,
             "Operators who may look on in one room; beyond: rate_limited."),
      number("admin", "tails_per_user", 1, 10'000, in_admin<&admin_settings::tails_per_user>,
             "Operators who may watch one user at the same time."),
      choice("log", "level", {"trace", "debug", "info", "warn", "error", "off"},
             in_log<&log_settings::level>, "The least important lines that are written."),
      choice("log", "format", {"text", "json"}, in_log<&log_settings::format>,
             "\"text\" for people, \"json\" for one JSON object a line."),
  };
}

std::vector<setting> all_rows() {
  std::vector<setting> rows = server_rows();
  for (auto& part : {room_rows(), limit_rows()}) rows.insert(rows.end(), part.begin(), part.end());
  return rows;
}

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

} // namespace

std::span<const setting> table() {
  static const std::vector<setting> rows = all_rows();
  return rows;
}

const setting* find(std::string_view section, std::string_view key) {
  const auto rows = table();
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const setting& s) {
    return s.section == section && s.key == key;
  });
  return found == rows.end() ? nullptr : &*found;
}

bool is_section(std::string_view name) {
  const auto rows = table();
  return std::any_of(rows.begin(), rows.end(), [&](const setting& s) { return s.section == name; });
}

std::string keys_of(std::string_view section) {
  std::string keys;
  for (const setting& s : table()) {
    if (s.section != section) continue;
    if (!keys.empty()) keys += ", ";
    keys += s.key;
  }
  return keys;
}

std::string name_of(const setting& s) {
  std::string name{s.section};
  name += '.';
  name += s.key;
  return name;
}

std::string variable_of(const setting& s) {
  std::string name = "atrium_" + std::string{s.section} + '_' + std::string{s.key};
  std::transform(name.begin(), name.end(), name.begin(), upper);
  return name;
}

} // namespace atrium::config
