// Every number that the server runs by, as plain structs with their defaults. The table in
// config/table.cpp gives each a name, bounds and a sentence; config/atrium.toml is the manual.
// Actors, net and store get the struct they need when they are made and never read configuration
// again. Contract §6 and §7.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace atrium {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct server_settings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 4000;
  /// I/O threads; 0 takes one per usable core.
  unsigned threads = 0;
  /// Scheduler threads, for actors that no I/O thread runs; 0 takes one per usable core.
  unsigned actor_threads = 0;
  /// Actors that users and their queues are spread over.
  unsigned user_shards = 4;
  /// Commands of one connection that may be without a result before it is no longer read from.
  std::size_t max_in_flight = 256;
  /// How long the whole drain after SIGTERM may take.
  milliseconds shutdown{10'000};
  /// Upper end of the random `retryAfterMs` in `server:shutdown`.
  milliseconds retry_after{5'000};
  /// Addresses or networks (CIDR) whose X-Forwarded-For is believed.
  std::vector<std::string> trusted_proxies;
  /// The folder of the web app; empty: beside the program.
  std::string pages;
  /// All files of it together, which are kept in memory.
  std::size_t pages_bytes = 64'000'000;
};

enum class store_kind { redis, memory };

struct store_settings {
  store_kind kind = store_kind::redis;
};

struct redis_settings {
  /// redis://[user:pass@]host:port/db or unix:///path?db=0
  std::string url = "redis://127.0.0.1:6379/0";
  unsigned writers = 2;
  unsigned readers = 2;
  /// Put before every key.
  std::string prefix;
  milliseconds connect_timeout{1'000};
  milliseconds command_timeout{2'000};
  /// A writer pauses `retry_step` × attempt, at most `retry_max`, between attempts.
  milliseconds retry_step{50};
  milliseconds retry_max{2'000};
  /// Writes that nobody waits for are collected for this long; 0: sent at once.
  milliseconds gather{20};
  /// How often one command is tried before its room counts as dirty.
  unsigned max_attempts = 3;
  /// Most bytes a writer or a queue holds unsent; above it rooms become dirty, messages unqueued.
  std::size_t queue_bytes = 64'000'000;
};

struct auth_settings {
  /// "none": the client says who it is. "jwt": its token does.
  std::string mode = "none";
  /// Key of HS256 tokens without `kid`; without effect while `mode` is "none", as the next five.
  std::string jwt_secret;
  /// More keys: "<kid>:<alg>:<file>".
  std::vector<std::string> jwt_keys;
  /// What `iss` must be, and what `aud` must name; empty: anything.
  std::string jwt_issuer;
  std::string jwt_audience;
  /// How far the clock of whoever makes tokens may be off.
  milliseconds leeway{0};
  std::size_t max_token_bytes = 8'192;
  /// Threads that hash passwords of rooms.
  unsigned password_threads = 1;
  /// Passwords that may wait to be hashed.
  std::size_t password_queue = 64;
};

struct room_settings {
  seconds ttl{86'400};
  milliseconds grace{30'000};
  /// A room that nobody is in and nobody asks for leaves memory after this time.
  milliseconds idle{60'000};
  bool create_on_join = false;
  /// Codes claimed beforehand for creation while Redis is away.
  std::size_t reserved_codes = 64;
  /// The newest messages and mutations a room keeps in memory.
  std::size_t window_count = 1'000;
  std::size_t window_bytes = 4'000'000;
  /// How often a portion of rooms:active is looked through for rooms that expired.
  milliseconds sweep{5'000};
  /// A cursor is passed on at most this often per user and room.
  unsigned cursor_hz = 30;
  milliseconds typing{10'000};
  milliseconds durable_timeout{5'000};
  /// A room with traffic tells where it stands at most this often; 0: never.
  milliseconds seq_interval{25'000};
};

/// Rooms of kind "space".
struct space_settings {
  /// How long the place of a lost connection is kept.
  milliseconds grace{300'000};
  /// How often places that nobody came back to are given up.
  milliseconds sweep{30'000};
  /// A user's moves are passed on at most this often, the newest wins.
  unsigned move_hz = 30;
  /// Moves are gathered this long, so that those of many users go out together.
  milliseconds gather{16};
  /// In spaces with more users, those further away than `radius` are told less often.
  std::size_t crowd = 100;
  unsigned radius = 20;
  /// So often: moves of those further away.
  unsigned far_hz = 2;
};

struct chat_settings {
  /// Messages in the hot list `room:<id>:messages`.
  std::size_t hot_messages = 100;
  /// Messages a joiner gets.
  std::size_t join_history = 50;
  std::size_t archive_max_messages = 100'000;
  seconds archive_ttl{2'592'000};
  /// How long an author may change a message.
  milliseconds edit_window{900'000};
  /// Joins, leaves and renames are posted as messages of type "system".
  bool system_messages = false;
  /// Folded text of archives that is kept for searching, all rooms together.
  std::size_t search_bytes = 64'000'000;
  /// How long what a search found is kept under `cache:`.
  seconds search_cache{5};
};

struct whiteboard_settings {
  seconds tombstone_ttl{86'400};
  /// While somebody draws, those who follow by patches are told so often what the board amounts to;
  /// 0: never.
  milliseconds digest{20'000};
};

struct presence_settings {
  /// Up to this many participants every change is told whole; above it as a delta.
  std::size_t full_limit = 50;
  milliseconds delta_interval{100};
  /// Participants in the result of `join` and on a page of `presence:list`.
  std::size_t page = 500;
};

struct heartbeat_settings {
  milliseconds interval{25'000};
  milliseconds timeout{20'000};
};

struct socketio_settings {
  /// Who may come back with `pid` and offset: "on_request", "always" or "off".
  std::string recovery = "on_request";
  /// How long after the loss of its connection.
  milliseconds recovery_window{120'000};
  /// Lost connections that are remembered for that, all together.
  std::size_t recovery_sessions = 10'000;
  /// An Engine.IO session that joins no namespace in this time is closed; 0: never.
  milliseconds connect_timeout{45'000};
  /// The others in a room of Excalidraw's protocol are asked for what they have, for one slow reader,
  /// at most this often.
  milliseconds relay_resync{5'000};
};

struct limit_settings {
  std::size_t payload_bytes = 4'000'000;
  std::size_t inbound_bytes = 256'000'000;
  std::size_t header_bytes = 16'384;
  milliseconds handshake{10'000};
  /// An HTTP connection that asks nothing more is closed after this time.
  milliseconds keep_alive{60'000};
  std::size_t json_depth = 128;
  std::size_t message_chars = 10'000;
  std::size_t board_elements = 10'000;
  std::size_t board_bytes = 3'500'000;
  std::size_t cursor_bytes = 1'024;
  std::size_t rooms_per_connection = 50;
  std::size_t rooms_per_user = 500;
  /// Rooms of Excalidraw's protocol, all together.
  std::size_t relay_rooms = 10'000;
  /// Volatile messages of one connection to such rooms; of more the newest waits.
  std::size_t relay_volatile_per_second = 60;
  std::size_t relay_volatile_burst = 120;
  std::size_t friends_per_user = 1'000;
  std::size_t connections = 50'000;
  std::size_t connections_per_ip = 200;
  std::size_t events_per_second = 100;
  std::size_t events_burst = 200;
  std::size_t requests_per_second = 200;
  std::size_t requests_burst = 400;
  std::size_t rooms_created_per_minute = 300;
  std::size_t join_failures_per_minute = 20;
  std::size_t lane_bytes = 1'000'000;
  milliseconds lane{10'000};
  milliseconds stalled{30'000};
  std::size_t members_per_room = 10'000;
  /// Empty: same origin, or no Origin header.
  std::vector<std::string> allowed_origins;
};

struct cors_settings {
  std::vector<std::string> origins;
};

struct admin_settings {
  /// Bearer token of operators; empty: no operator's doors at all.
  std::string token;
  /// "open" or "token"
  std::string metrics = "open";
  /// Streams of operators (`…/tail`) that may be open at a time; 0: any number.
  std::size_t tails = 100;
  /// While something changes in a room, the list of rooms in memory hears of it this often.
  milliseconds figures{2'000};
  /// Lists of rooms in memory that are looked through at the same time.
  std::size_t questions = 64;
  /// Operators who may look on in one room.
  std::size_t tails_per_room = 16;
  /// Operators who may watch one user at the same time.
  unsigned tails_per_user = 16;
};

struct log_settings {
  /// trace, debug, info, warn, error, off
  std::string level = "info";
  /// "text" or "json"
  std::string format = "text";
};

struct settings {
  server_settings server;
  store_settings store;
  redis_settings redis;
  auth_settings auth;
  room_settings rooms;
  space_settings spaces;
  chat_settings chat;
  whiteboard_settings whiteboard;
  presence_settings presence;
  heartbeat_settings heartbeat;
  socketio_settings socketio;
  limit_settings limits;
  cors_settings cors;
  admin_settings admin;
  log_settings log;
};

} // namespace atrium
