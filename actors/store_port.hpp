// The port from rooms to what survives: two kinds of actors, which store/ implements twice, over
// Redis and in memory, under one contract suite (tests/integration/store_contract).
//
// writers   One per connection to the store; a room's writes always go to the same one, in order, and
//           are coalesced there. A write is never answered by itself: `persisted` tells a ticket up to
//           which everything of the room is in the store. When something could not be written the
//           room gets `write_lost`; with `transient` the writer drops every further write of that room
//           until a `rewrite` comes, and asks for one with `store_returned` when that makes sense.
// readers   Requests with one reply each: load, create, page, list. They never wait behind writes, and
//           answer `unavailable` at once while the store is known to be away.
#pragma once

#include "actors/board.hpp"
#include "actors/chat_message.hpp"
#include "actors/ids.hpp"
#include "actors/queue_port.hpp"
#include "actors/room_meta.hpp"
#include "actors/user_port.hpp"

#include <caf/actor_addr.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include <chrono>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace atrium {

/// Rises by one with each write of one room incarnation; starts at 1.
using write_ticket = std::uint64_t;

// ---- from writers to rooms -------------------------------------------------------------------

/// Everything of this room up to `ticket` is confirmed by the store.
struct persisted {
  write_ticket ticket;
};
/// Writes up to `ticket` and after the last `persisted` are not (all) in the store.
/// `ticket` may be one that was persisted already: the store came back without what it had confirmed.
/// A room ignores it only if it has sent a rewrite with a higher ticket since.
struct write_lost {
  write_ticket ticket;
  /// True: the store is away or refuses for now, the room is dirty and will be asked to write itself
  /// whole. False: a defect (logged, counted); trying again would not help.
  bool transient;
};
/// The store answers again: a dirty room writes itself whole now.
struct store_returned {};

using store_client = caf::typed_actor<caf::reacts_to<persisted>, caf::reacts_to<write_lost>,
                                      caf::reacts_to<store_returned>>;

// ---- writes ----------------------------------------------------------------------------------

/// A new message: hot list, archive, `seq` of the room's hash.
struct append_message {
  stored_message message;
};
/// An edited or deleted message, also one that only the archive has: hot list and archive follow. What
/// is in neither any more stays away; lifetimes stay as they are.
struct replace_message {
  stored_message message;
  /// Of the change.
  seq_t seq;
};
/// Users became members, or are members no more.
struct change_members {
  std::vector<user_id> added;
  std::vector<user_id> removed;
};
/// The board after a change. One not yet sent is superseded by the next.
struct put_board {
  board_view board;
  seq_t seq;
};
/// A user's first connection came; `participantCount` is `count` now.
struct put_participant {
  user_id user;
  std::string username;
  std::size_t count;
};
/// A user's last connection went.
struct drop_participant {
  user_id user;
  std::size_t count;
};
/// A user of a space with its place. Contract §5 (`space:<id>:users`).
struct placed_user {
  user_id user;
  std::string username;
  room_point place;
  /// The user's newest connection; "": it has none.
  std::string connection;
  unix_ms last_updated = 0;
};
/// Users of a space came, moved or went. At most one a second per space; one not yet sent is melted
/// with the next. `space:<id>:users` lives 1 h from the last of these.
struct put_places {
  std::vector<placed_user> placed;
  std::vector<user_id> gone;
};
/// `typing:<id>:<userId>`, which lives `rooms.typing_ms`.
struct put_typing {
  user_id user;
  bool is_typing = false;
};
/// An operator made the room read-only, or writable again: `locked` of the room's hash.
struct put_lock {
  bool is_locked = false;
};
/// All keys of the room live on for its ttl; `lastActivity` is `when`. At most one a second per room.
struct refresh_ttl {
  unix_ms when;
};
/// Everything that makes up the room: replaces hash, hot list, board and participants, and adds to the
/// archive. Whatever a writer had noted against the room is forgiven.
struct rewrite_room {
  seq_t seq;
  /// The newest messages that the room holds, oldest first: all go to the archive, the last
  /// `chat.hot_messages` to the hot list.
  std::vector<stored_message> messages;
  /// Without value: never drawn on.
  std::optional<board_view> board;
  std::vector<std::pair<user_id, std::string>> participants;
  unix_ms last_activity;
  /// Older ones that were changed and may not be stored so: replaced where the archive has them.
  std::vector<stored_message> changed{};
  /// All of them; others are members no more.
  std::vector<user_id> members{};
  /// Of a space: all that have a place; others have none.
  std::vector<placed_user> places{};
};
/// The room leaves memory: nobody is in it, its sequence may be continued by whoever loads it.
struct hand_back {
  seq_t seq;
};
/// Deletes all keys of the room, archive too. `persisted` confirms it.
struct remove_room {};

using room_change = std::variant<append_message, replace_message, change_members, put_board,
                                 put_participant, drop_participant, put_places, put_typing,
                                 put_lock, refresh_ttl, rewrite_room, hand_back, remove_room>;

struct room_write {
  /// Shared by all writes of one room; never null.
  std::shared_ptr<const room_meta> meta;
  /// The epoch of the room's sequence, written wherever the hash is.
  std::shared_ptr<const std::string> epoch;
  write_ticket ticket;
  room_change change;
  /// Who gets `persisted` and the like. Held weakly.
  caf::actor_addr from;
  /// Somebody waits for the confirmation: not to be held back to make a larger batch.
  bool is_awaited = false;
};

/// Ask a writer to finish what is queued (within its own time limits) and to close its connection.
struct finish_writes {};
struct writes_finished {
  /// Rooms whose last writes could not be confirmed.
  std::size_t lost_rooms;
};
/// How a writer does, for /health and operators. Answered between two batches.
struct get_writer_status {};
struct writer_status {
  bool connected;
  bool breaker_open;
  std::size_t queued;
  std::size_t queued_bytes;
  std::size_t reconnects;
  std::size_t dirty_rooms;
  /// Age of the oldest write that is not confirmed.
  std::chrono::milliseconds lag{0};
  /// Commands that are sent and unanswered.
  std::size_t in_flight = 0;
  std::size_t batches = 0;
  std::size_t writes = 0;
  /// Of the last failure; empty: there was none.
  std::string last_error{};
};

using store_writer = caf::typed_actor<caf::reacts_to<room_write>,
                                      caf::replies_to<finish_writes>::with<writes_finished>,
                                      caf::replies_to<get_writer_status>::with<writer_status>>;

// ---- reads -----------------------------------------------------------------------------------

enum class store_status : int { ok, unavailable };

/// Loads the room that `name` (id or code) names, and marks it as loaded, so that the next load knows
/// whether it was handed back. Entries in `participants` of an earlier life are removed.
struct load_room {
  std::string name;
};
struct loaded_room {
  room_meta meta;
  std::string epoch;
  /// The room was not handed back: `epoch` must not be continued.
  bool crashed = false;
  /// Highest seq that the store knows of, in hash, hot list or archive.
  seq_t seq = 0;
  /// The newest `rooms.window_count` messages (within `rooms.window_bytes`), oldest first.
  std::vector<stored_message> messages;
  /// Those of the newest `rooms.window_count` that found no place within `rooms.window_bytes`,
  /// oldest first, without their json: who resends one is told so.
  std::vector<stored_message> older;
  /// All messages ever stored and not aged out.
  std::size_t message_count = 0;
  std::vector<user_id> members;
  /// Text of `room:<id>:whiteboard`; empty: none.
  std::string board_json;
  /// Of a space: who had a place in an earlier life, whether it is over or not.
  std::vector<placed_user> places{};
};
struct load_reply {
  store_status status;
  /// Nothing: no such room.
  std::optional<loaded_room> room;
};

/// Claims the room's names atomically, removes what an expired room of those names left, stores the
/// room. `meta.code` empty: a free code is found. `meta.id` empty: the code becomes the id.
/// `reserved`: the code was claimed before with `reserve_codes`.
struct claim_room {
  room_meta meta;
  std::string epoch;
  bool reserved = false;
};
enum class claim_outcome { created, exists, unavailable };
struct claim_reply {
  claim_outcome outcome;
  room_meta meta;
};

/// Claims up to `count` codes for creation while the store is away; they stay claimed for a day, or
/// until used, and are refreshed by asking again with those still held. Held ones beyond `count` are
/// released.
struct reserve_codes {
  std::size_t count;
  std::vector<std::string> held;
};
struct reserved_codes {
  store_status status;
  std::vector<std::string> codes;
};

/// A page of the archive. `before` and `after` are exclusive; at most one of them is set.
struct read_messages {
  room_id room;
  std::size_t limit;
  std::optional<seq_t> before;
  std::optional<seq_t> after;
};
struct message_page {
  store_status status;
  /// Oldest first.
  std::vector<stored_message> messages;
  bool has_more = false;
};

/// Messages by id, at most 1,000.
struct find_messages {
  room_id room;
  std::vector<std::string> ids;
};
struct found_messages {
  store_status status;
  /// One for each id; nothing where the room has no such message.
  std::vector<std::optional<stored_message>> messages;
};

/// Public rooms, newest first. Entries of expired rooms are skipped (and swept).
struct read_rooms {
  std::size_t limit;
  /// As a `room_page` gave it.
  std::optional<std::string> cursor;
};
struct room_page {
  store_status status;
  std::vector<room_meta> rooms;
  std::optional<std::string> cursor;
};

/// Messages in the archive with a seq up to `up_to`.
struct count_messages {
  room_id room;
  seq_t up_to = std::numeric_limits<seq_t>::max();
};
struct message_count {
  store_status status;
  std::size_t count;
  /// What is left of the room's ttl.
  std::chrono::seconds ttl;
};

/// Looks through a portion of `rooms:active` for rooms that expired and removes their entries.
struct sweep_rooms {
  /// Where the portion begins; 0 at first.
  std::size_t offset;
};
struct swept_rooms {
  store_status status;
  /// Where to go on; 0: from the start.
  std::size_t next_offset;
  std::size_t removed;
};

/// Something that is kept for seconds under `cache:<key>`.
struct read_cache {
  std::string key;
};
struct cached_text {
  store_status status;
  std::optional<std::string> text;
};
struct write_cache {
  std::string key;
  std::string text;
  std::chrono::seconds ttl;
};

/// How many rooms there are, private ones too. Looked through in portions, between other requests.
struct count_rooms {};
struct room_totals {
  store_status status;
  std::size_t rooms = 0;
  /// Those of kind "space" among them.
  std::size_t spaces = 0;
};

/// Looks through a portion of `rooms:active` for rooms that an earlier process left behind without
/// handing them back, and takes away whom their keys still name as present (participants and
/// `participantCount`; not `space:<id>:users`, whose ghosts are read back; connected members are the
/// business of the records). Rooms that this process has loaded or created are left alone.
struct clear_presence {
  /// Where the portion begins; 0 at first.
  std::size_t offset;
};
struct presence_cleared {
  store_status status;
  /// Where to go on; 0: all is done.
  std::size_t next_offset;
  std::size_t cleared;
};

struct ping_store {};
struct store_health {
  store_status status;
  std::chrono::microseconds latency;
};

/// What the store says about itself: with Redis the lines of `INFO`.
struct get_store_info {};
struct store_info {
  store_status status;
  /// "redis" or "memory"
  std::string kind;
  std::vector<std::pair<std::string, std::string>> lines;
};

/// Looks through a portion of the store for keys of the layout (contract §5, behind `redis.prefix`),
/// by SCAN; unless `is_dry_run` they are removed, by UNLINK. All keys are found that are there from
/// the first portion to the last, some perhaps twice. `ws:audit` is none of them: what operators did
/// outlives what they do.
struct clean_keys {
  bool is_dry_run = true;
  /// As `keys_cleaned` gave it; empty: from the start. Of any other text nothing is found.
  std::string cursor;
};
struct keys_cleaned {
  store_status status;
  /// By pattern of the layout.
  std::map<std::string, std::size_t> keys;
  std::size_t removed = 0;
  /// Empty: that was all.
  std::string cursor;
};

/// Close the connection; requests that come later are answered `unavailable`.
struct finish_reads {};
struct reads_finished {};

using store_reader
    = caf::typed_actor<caf::replies_to<load_room>::with<load_reply>,
                       caf::replies_to<claim_room>::with<claim_reply>,
                       caf::replies_to<reserve_codes>::with<reserved_codes>,
                       caf::replies_to<read_messages>::with<message_page>,
                       caf::replies_to<find_messages>::with<found_messages>,
                       caf::replies_to<read_cache>::with<cached_text>, caf::reacts_to<write_cache>,
                       caf::replies_to<read_rooms>::with<room_page>,
                       caf::replies_to<count_messages>::with<message_count>,
                       caf::replies_to<sweep_rooms>::with<swept_rooms>,
                       caf::replies_to<count_rooms>::with<room_totals>,
                       caf::replies_to<clear_presence>::with<presence_cleared>,
                       caf::replies_to<ping_store>::with<store_health>,
                       caf::replies_to<get_store_info>::with<store_info>,
                       caf::replies_to<clean_keys>::with<keys_cleaned>,
                       caf::replies_to<finish_reads>::with<reads_finished>>;

/// What main hands to the directory: the same whichever back end runs.
struct store_actors {
  std::vector<store_writer> writers;
  std::vector<store_reader> readers;
  std::vector<message_queue> queues;
  std::vector<user_records> records;
};

} // namespace atrium

// Local to this process: they carry shared bytes and handles.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::persisted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::write_lost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::store_returned)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_write)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::finish_writes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::writes_finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::get_writer_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::writer_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::load_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::load_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::claim_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::claim_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::reserve_codes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::reserved_codes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::read_messages)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::message_page)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::find_messages)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::found_messages)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::read_cache)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::cached_text)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::write_cache)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::read_rooms)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_page)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::count_messages)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::message_count)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::sweep_rooms)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::swept_rooms)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::count_rooms)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::room_totals)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::clear_presence)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::presence_cleared)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::ping_store)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::store_health)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::get_store_info)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::store_info)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::clean_keys)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::keys_cleaned)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::finish_reads)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(atrium::reads_finished)
