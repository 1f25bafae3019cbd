// Who the person is here, and the way to another name.
import { useState } from "react";
import { Avatar } from "../parts/Avatar";
import { Dialog } from "../parts/Dialog";
import { NameForm } from "./NameForm";
import { userToken } from "./token";
import { useIdentity } from "./useIdentity";
import "./nameButton.css";

export function NameButton() {
  const { userId, username } = useIdentity();
  const [isOpen, setOpen] = useState(false);
  if (!username) return null;
  return (
    <>
      <button
        type="button"
        className="name-button"
        aria-label={`You are ${username}. Change your name`}
        disabled={userToken() !== undefined}
        onClick={() => setOpen(true)}
      >
        <Avatar userId={userId} username={username} size="small" />
        <span>{username}</span>
      </button>
      {isOpen && (
        <Dialog title="Your name" onClose={() => setOpen(false)}>
          <NameForm action="Save" onDone={() => setOpen(false)} />
        </Dialog>
      )}
    </>
  );
}
