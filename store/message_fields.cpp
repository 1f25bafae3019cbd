// Reads single members out of a message's JSON. Its text was checked when the message was made or
// read back, so it is walked here without an error path; a member of the wrong kind counts as
// missing. Order, blocking and other threads don't matter: values in, values out.
#include "store/message_fields.hpp"

#include "json/json.hpp"

namespace atrium::store {

message_fields read_fields(const stored_message& m) {
  message_fields fields;
  json::object_reader members{json::slice{*m.json}};
  for (json::member found; members.next(found);) {
    const auto kind = found.value.type();
    if (found.key == "roomId" && kind == json::kind::string)
      fields.room.value = json::to_text(found.value);
    else if (found.key == "timestamp" && kind == json::kind::number)
      fields.timestamp = json::to_integer(found.value).value_or(0);
    else if (found.key == "deletedAt")
      fields.is_deleted = true;
  }
  return fields;
}

} // namespace atrium::store
