// The way in: who one is, into a room by code or link, a new room, the recent and the public ones.
import { useState } from "react";
import { useTitle } from "../hooks/useTitle";
import { NameButton } from "../identity/NameButton";
import { useIdentity } from "../identity/useIdentity";
import { Brand } from "../parts/Brand";
import { Icon } from "../parts/Icon";
import { ThemeMenu } from "../theme/ThemeMenu";
import { CreateRoomDialog } from "./CreateRoomDialog";
import { HeroArt } from "./HeroArt";
import { JoinForm } from "./JoinForm";
import { NameField } from "./NameField";
import { PublicRoomList } from "./PublicRoomList";
import { RecentRoomList } from "./RecentRoomList";
import "./rooms.css";
import "./heroArt.css";
import "./dialogs.css";

export function RoomsPage() {
  const { username } = useIdentity();
  const [isCreating, setCreating] = useState(false);
  useTitle("");
  return (
    <div className="rooms-page">
      <header className="rooms-bar">
        <Brand />
        <div className="rooms-bar-end">
          <NameButton />
          <ThemeMenu />
        </div>
      </header>
      <main className="rooms-main">
        <section className="hero" aria-label="Enter a room">
          <div>
            <h1>Talk and draw, together.</h1>
            <p className="hero-text">
              Open a room, send the link, and everybody is on the same page.
            </p>
            {!username && <NameField />}
            <div className="hero-ways">
              <button type="button" className="button is-main" onClick={() => setCreating(true)}>
                <Icon name="plus" />
                New room
              </button>
              <span className="hero-or" aria-hidden="true">
                or
              </span>
              <JoinForm />
            </div>
          </div>
          <HeroArt />
        </section>
        <RecentRoomList />
        <PublicRoomList />
      </main>
      {isCreating && <CreateRoomDialog onClose={() => setCreating(false)} />}
    </div>
  );
}
